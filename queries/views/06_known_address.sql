-- title: The one e-mail that the store knows for a name
-- note: Names that several e-mails have are not here. person is the e-mail in small letters.

create or replace view known_address as
select name, any_value(person) as person
from told_name
where contains(person, '@') and name <> person
group by name
having count(distinct person) = 1;
