-- Those that live, then those that ended; of each the newest first.
-- $1 now  $2 how long ended ones are shown, in ms
-- $3 cursor: has ended  $4 cursor: started at  $5 cursor: id  $6 how many; null: all
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
)
select to_json(r)
from (
  select
    r.instance_id, r.name, r.kind, r.environment, r.version,
    case
      when r.end_reason is not null then r.end_reason
      when r.heartbeat_at < clock.now - 2 * r.heartbeat_interval * interval '1 millisecond' then 'silent'
      else 'alive'
    end as state,
    r.started_at, r.heartbeat_at, r.heartbeat_interval, r.ended_at, r.drain_requested_at,
    r.drain_action,
    coalesce(
      (
        select json_agg(
          json_build_object(
            'task_name', s.task_name, 'task_type', s.task_type, 'started_at', s.started_at,
            'stuck_since', s.stuck_since, 'limit_tag', s.limit_tag, 'progress', e.progress
          )
          order by s.started_at
        )
        from task_runner_state s
        left join cron_task_executions e on e.id = s.id
        where s.runner_instance_id = r.instance_id
      ),
      '[]'
    ) as running
  from (
    select * from task_runners where ended_at is null
    union all
    select * from task_runners where ended_at > (select now from clock) - $2 * interval '1 millisecond'
  ) as r
  cross join clock
  where $3::bool is null
    or (r.ended_at is not null) > $3
    or ((r.ended_at is not null) = $3 and (r.started_at, r.instance_id) < ($4, $5))
  order by r.ended_at is not null, r.started_at desc, r.instance_id desc
  limit $6
) as r
