-- title: Teams that people belong to
-- unit: teams
-- note: With the name for people who have none.
-- parameters: none

select team from person where team is not null
union
select '(no team)' as team
order by 1
