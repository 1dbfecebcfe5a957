-- title: Aliases for e-mails that were matched by a name which is no longer theirs alone
-- note: Until then the one e-mail of a name is the person of that name; with a second one, the name says nothing.

insert into alias
select earlier.person, earlier.person_id
from earlier_match as earlier
inner join named_person on named_person.person = earlier.person
where contains(earlier.person, '@') and named_person.person_id is distinct from earlier.person_id
    and earlier.person_id is not null;
