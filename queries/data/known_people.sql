-- title: Names of people that the store knows
-- unit: names
-- note: People, their aliases, and names in labels and in the setup that are not matched to a person.
-- parameters: none

select name as person from person
union
select alias as person from alias
union
select person_name as person from named_person where person in (select person from label union select person from rolled_work)
union
select person from automation_scope where person <> ''
union
select person from rate where person <> ''
order by person
