-- title: How an automation is called
-- note: Labels with assistance that no entry of the register covers have a phrase in place of a name. Python calls it UNREGISTERED.

create or replace macro named_automation(automation) as
    coalesce(automation, 'an automation that is not registered');
