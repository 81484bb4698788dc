### Schedules: what was wrong with a cron expression, and what one says in words.

## The fields of a cron expression

schedule-field-second = second
schedule-field-minute = minute
schedule-field-hour = hour
schedule-field-day-of-month = day of month
schedule-field-month = month
schedule-field-day-of-week = day of week

schedule-allowed-minute = 0–59, *, lists, ranges such as 10-20, steps such as */5
schedule-allowed-hour = 0–23, *, lists, ranges such as 9-17, steps such as */2
schedule-allowed-day-of-month = 1–31, *, lists, ranges such as 1-7, steps such as */2, L, LW, 15W
schedule-allowed-month = 1–12 or JAN–DEC, *, lists, ranges such as 6-8, steps such as */3
schedule-allowed-day-of-week = 0–7 or SUN–SAT, *, lists, ranges such as MON-FRI, steps such as 1-5/2, 5L, MON#2

## What was wrong

schedule-empty = The schedule is empty. Write five fields: minute, hour, day of month, month, day of week.
schedule-too-long = The schedule is { $length } bytes long; at most { $limit } are read.
schedule-field-count =
    { $count ->
        [one] The schedule has one field
       *[other] The schedule has { $count } fields
    }; it needs five (minute, hour, day of month, month, day of week), or six with seconds in front.
schedule-unknown-nickname = { $written } is not known. Nicknames are @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly.
schedule-reboot = @reboot has no time of its own, so it cannot be a schedule here.
schedule-empty-part = { $field }: a value is missing before or after a comma
schedule-unreadable = { $field }: “{ $written }” cannot be read; allowed are { $allowed }
schedule-out-of-range = { $field }: { $value } is out of range { $allowed }
schedule-backwards = { $field }: { $written } runs backwards, from { $from } to { $to }; the smaller value comes first
schedule-backwards-to-sunday = { $field }: { $written } runs backwards, because Sunday counts as 0 there; write { $instead }
schedule-step-out-of-range = { $field }: step { $step } is out of range { $allowed }
schedule-step-without-range = { $field }: { $written } has a step, but no star or range before it
schedule-nth-out-of-range = { $field }: week { $nth } of the month is out of range 1–5

## In words: sentences

schedule-never = { $schedule } (never: there is no such day)
schedule-and-when = { $what }, { $when }
schedule-and = { $first } and { $last }
schedule-or = { $first } or { $last }
schedule-comma = { $first }, { $rest }

## In words: times

schedule-at = at { $times }
schedule-every-day-at = every day at { $times }
schedule-every-from-to = { $every } from { $from } to { $to }
schedule-every-seconds =
    { $count ->
        [one] every second
       *[other] every { $count } seconds
    }
schedule-every-minutes =
    { $count ->
        [one] every minute
       *[other] every { $count } minutes
    }
schedule-every-hours =
    { $count ->
        [one] every hour
       *[other] every { $count } hours
    }
# $count is 0 where it is every second, minute or hour.
schedule-at-seconds =
    { $count ->
        [0] every second
        [one] at second { $list }
       *[other] at seconds { $list }
    } { $minutes }
schedule-of-minutes =
    { $count ->
        [0] of every minute
        [one] of minute { $list }
       *[other] of minutes { $list }
    } { $hours }
schedule-at-minutes =
    { $count ->
        [0] every minute
        [one] at minute { $list }
       *[other] at minutes { $list }
    } { $hours }
schedule-of-hours =
    { $count ->
        [0] of every hour
        [one] of hour { $list }
       *[other] of hours { $list }
    }

## In words: days

schedule-either-day = { $dates } and { $weekdays }
schedule-both-days = { $dates }, if it is { $weekdays }
schedule-date = { $day }
schedule-dates = { $first }–{ $last }
schedule-on-dates =
    { $count ->
        [one] on day { $dates } of the month
       *[other] on days { $dates } of the month
    }
schedule-on-last-day = on the last day of the month
schedule-on-last-workday = on the last weekday (Monday to Friday) of the month
schedule-on-nearest-workday = on the weekday (Monday to Friday) nearest to day { $date } of the month

schedule-weekday-each =
    { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
schedule-weekday-in-range =
    { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
schedule-is-weekday =
    { $weekday ->
        [1] a Monday
        [2] a Tuesday
        [3] a Wednesday
        [4] a Thursday
        [5] a Friday
        [6] a Saturday
       *[7] a Sunday
    }
schedule-each-weekday = every { $weekdays }
schedule-weekday-range = { $first } to { $last }
schedule-on-last-weekday =
    { $weekday ->
        [1] on the last Monday of the month
        [2] on the last Tuesday of the month
        [3] on the last Wednesday of the month
        [4] on the last Thursday of the month
        [5] on the last Friday of the month
        [6] on the last Saturday of the month
       *[7] on the last Sunday of the month
    }
schedule-is-last-weekday =
    { $weekday ->
        [1] the last Monday of the month
        [2] the last Tuesday of the month
        [3] the last Wednesday of the month
        [4] the last Thursday of the month
        [5] the last Friday of the month
        [6] the last Saturday of the month
       *[7] the last Sunday of the month
    }
schedule-on-nth-weekday =
    on the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[5] fifth
    } { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    } of the month
schedule-is-nth-weekday =
    the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[5] fifth
    } { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    } of the month

## In words: months

schedule-month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
schedule-month-in-range =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
schedule-in-months = in { $months }
schedule-month-range = from { $first } to { $last }
