-- title: The category of making labels is called annotating
-- note: Labeling is the side of the labeling share that it is on. Saved views and frozen reports are never changed: they are read with the new name.

update time_entry set category = 'annotating' where category = 'labeling';
update time_entry_superseded set category = 'annotating' where category = 'labeling';
update activity set category = 'annotating' where category = 'labeling';
update category_rule set category = 'annotating' where category = 'labeling';
update meta set value = replace(value, '"category": "labeling"', '"category": "annotating"') where key = 'schemes';
