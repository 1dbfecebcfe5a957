-- title: Whom the people of the files are matched to before an import adds its names

create or replace temp table earlier_match as select person, person_id from named_person;
