-- What is known of one slot, and of what happened around it from when it was due until it started, or until now.
-- $1 now  $2 task  $3 slot  $4 when it was due  $5 moment that is explained
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
task as materialized (
  select dependencies, tags from cron_tasks where id = $2
),
attempts as materialized (
  select
    id, attempt, max_attempts, status, triggered_by, missed_slots, created_at, available_at, started_at, completed_at,
    error, skipped_reason, rollback, cancel_requested_at, cancel_requested_by, executed_by_instance
  from cron_task_executions
  where task_id = $2
    and scheduled_for = $3
),
-- `until`: when its first attempt started, or was decided not to run. `asked`: when what stood in its way counts.
span as materialized (
  select
    least(coalesce(min(a.started_at), clock.now), clock.now) as until,
    coalesce(min(a.created_at) filter (where a.started_at is not null), clock.now) as asked
  from clock
  left join attempts a on a.attempt = (select min(attempt) from attempts)
  group by clock.now
),
signs as materialized (
  select
    r.name, r.kind, r.started_at,
    case
      when r.ended_at is null and r.heartbeat_at >= clock.now - 2 * r.heartbeat_interval * interval '1 millisecond'
        then clock.now
      when r.end_reason = 'stopped' then r.ended_at
      else r.heartbeat_at
    end as last_seen_at
  from task_runners r
  cross join clock
  cross join span
  where r.started_at <= span.until
)
select json_build_object(
  'attempts', (
    select coalesce(json_agg(a order by a.attempt), '[]')
    from (
      select
        e.attempt, e.max_attempts, e.status, e.triggered_by, e.missed_slots, e.created_at, e.available_at, e.started_at,
        e.completed_at, e.error, e.skipped_reason, e.rollback, e.cancel_requested_at, e.cancel_requested_by,
        e.executed_by_instance as runner, s.stuck_since,
        case
          when r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond' then r.heartbeat_at
        end as silent_since
      from attempts e
      cross join clock
      left join task_runner_state s on s.id = e.id
      left join task_runners r on r.instance_id = s.runner_instance_id
    ) as a
  ),
  -- What the task did or had waiting meanwhile, at other slots and by hand. Of what was decided more than a day
  -- before, what waits and the newest runs may still matter, so not all of its history is read.
  'others', (
    select coalesce(json_agg(o order by o.created_at), '[]')
    from (
      select
        e.scheduled_for as slot, e.is_manual, e.created_at, e.started_at, e.completed_at, e.executed_by_instance as runner,
        e.fencing_token is not null as ran
      from (
        select *
        from cron_task_executions
        where task_id = $2
          and created_at > $4 - interval '1 day'
          and created_at <= (select until from span)
        union all
        select *
        from cron_task_executions
        where task_id = $2
          and waits_at is not null
          and created_at <= $4 - interval '1 day'
        union all
        (
          select *
          from cron_task_executions
          where task_id = $2
            and waits_at is null
            and status not in ('SKIPPED', 'BLOCKED')
            and created_at <= $4 - interval '1 day'
          order by created_at desc
          limit 20
        )
      ) as e
      where e.scheduled_for <> $3
        and e.status not in ('SKIPPED', 'BLOCKED')
        and coalesce(e.completed_at >= $4, true)
      order by e.created_at desc
      limit 50
    ) as o
  ),
  -- The next slot that stands for earlier ones besides its own.
  'successor', (
    select json_build_object(
      'slot', e.scheduled_for,
      'missed_slots', e.missed_slots,
      'decided_at', coalesce(e.started_at, e.created_at),
      'skipped_reason', case when e.status = 'SKIPPED' then e.skipped_reason end
    )
    from cron_task_executions e
    where e.task_id = $2 and e.scheduled_for > $3 and e.missed_slots > 0 and not e.is_manual
    order by e.scheduled_for
    limit 1
  ),
  'by_hand_since', (
    select json_build_object('at', e.scheduled_for, 'status', e.status)
    from cron_task_executions e
    where e.task_id = $2 and e.scheduled_for > $3 and e.scheduled_for <= $5 and e.is_manual and e.attempt = 1
    order by e.scheduled_for desc
    limit 1
  ),
  -- As claims look at parents.
  'parents', (
    select coalesce(json_agg(p order by p.name), '[]')
    from (
      select
        d.name,
        coalesce(parent.enabled and parent.retired_at is null and parent.next_execution_at <= $3, false) as is_undecided,
        newest.slot, newest.status, newest.completed_at, newest.error, newest.runner
      from (select unnest(dependencies) as name from task) as d
      left join cron_tasks parent on parent.name = d.name
      left join lateral (
        select
          x.scheduled_for as slot, x.status, x.completed_at, x.error, x.executed_by_instance as runner
        from cron_task_executions x
        cross join span
        where x.task_id = parent.id
          and x.scheduled_for <= $3
          and x.created_at <= span.until
          and x.counts_for_dependants
        order by x.scheduled_for desc, x.attempt desc
        limit 1
      ) as newest on true
    ) as p
  ),
  'runners', (
    select coalesce(json_agg(s order by s.started_at), '[]')
    from (
      select name, kind, started_at, last_seen_at
      from signs
      where last_seen_at >= $4
      order by started_at
      limit 50
    ) as s
  ),
  'runner_before', (
    select to_json(s)
    from (
      select name, kind, started_at, last_seen_at
      from signs
      where last_seen_at < $4
      order by last_seen_at desc
      limit 1
    ) as s
  ),
  'pulse', (
    select min(p.started_at)
    from pulse_executions p
    cross join span
    where p.started_at >= $4 and p.started_at <= span.until and not p.is_dry_run
  ),
  'pulse_before', (
    select max(p.started_at) from pulse_executions p where p.started_at < $4 and not p.is_dry_run
  ),
  'last_pulse', (
    select max(p.started_at) from pulse_executions p where not p.is_dry_run
  ),
  -- Who had the places of the named limit the task counts under.
  'limit', (
    select json_build_object(
      'name', l.tag,
      'at_most', l.at_most,
      'holders', (
        select coalesce(json_agg(h.task_name order by h.started_at), '[]')
        from (
          select e.task_name, e.started_at
          from cron_task_executions e
          join cron_tasks t on t.id = e.task_id
          cross join span
          where l.tag = any (t.tags)
            and e.fencing_token is not null
            and e.created_at > span.asked - interval '1 day'
            and e.created_at <= span.asked
            and e.started_at <= span.asked
            and coalesce(e.completed_at >= span.asked, true)
            and not (e.task_id = $2 and e.scheduled_for = $3)
          order by e.started_at
          limit 20
        ) as h
      )
    )
    from task_limits l
    cross join task
    where l.tag = any (task.tags)
    order by l.tag
    limit 1
  )
)
