use std::fmt;

use serde_json::json;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Instrument, debug, error, info, info_span, trace, warn};
use tracing_subscriber::layer::SubscriberExt;

use super::*;

/// On this thread, until it is dropped.
fn listen() -> DefaultGuard {
    set_default(tracing_subscriber::registry().with(capture()))
}

fn execution(number: u32) -> (Span, LogBuffer) {
    let span = info_span!("execution", number);
    let buffer = attach(&span).expect("the layer is there");
    (span, buffer)
}

fn messages(buffer: &LogBuffer) -> Vec<String> {
    buffer.take().lines.into_iter().map(|line| line.message).collect()
}

#[test]
fn a_line_has_its_time_level_target_message_and_fields() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    let before = machine_now();
    span.in_scope(
        || warn!(target: "billing", pages = 5u64, left = -2, share = 0.5, done = false, by = "Ann", "half way"),
    );
    let ExecutionLog { lines, dropped } = buffer.take();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(before <= line.at && line.at <= machine_now());
    assert_eq!((line.level.as_str(), line.target.as_str(), line.message.as_str()), ("WARN", "billing", "half way"));
    let fields = json!({ "pages": 5, "left": -2, "share": 0.5, "done": false, "by": "Ann" });
    assert_eq!(Value::Object(line.fields.clone()), fields);
    assert_eq!(dropped, 0);
    assert_eq!(buffer.take(), ExecutionLog::default(), "what is taken is taken once");
}

#[test]
fn what_json_has_no_word_for_is_told_in_text() {
    #[derive(Debug, thiserror::Error)]
    #[error("the archive is closed")]
    struct Closed(#[source] fmt::Error);

    let _listening = listen();
    let (span, buffer) = execution(1);
    let error = Closed(fmt::Error);
    let large = u128::MAX;
    span.in_scope(
        || info!(nan = f64::NAN, large, list = ?[1, 2], shown = %"x", error = &error as &(dyn Error + 'static)),
    );
    let fields = Value::Object(buffer.take().lines.remove(0).fields);
    let told = json!({
        "nan": "NaN",
        "large": "340282366920938463463374607431768211455",
        "list": "[1, 2]",
        "shown": "x",
        "error": format!("the archive is closed: {}", fmt::Error),
    });
    assert_eq!(fields, told);
}

#[test]
fn spans_within_belong_to_the_execution_and_what_is_outside_does_not() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    info!("before");
    span.in_scope(|| {
        info!("begun");
        info_span!("page", number = 1).in_scope(|| info!(rows = 3, "read"));
        tracing::debug_span!("detail").in_scope(|| info!("looked closely"));
        info!(parent: None, "elsewhere");
    });
    info!(parent: &span, "told from outside");
    info!("after");
    let log = buffer.take();
    let fields = log.lines.iter().map(|line| Value::Object(line.fields.clone())).collect::<Vec<_>>();
    let messages = log.lines.into_iter().map(|line| line.message).collect::<Vec<_>>();
    assert_eq!(messages, ["begun", "read", "looked closely", "told from outside"]);
    assert_eq!(fields[1], json!({ "rows": 3 }), "fields of the event only");
}

#[test]
fn the_nearest_execution_is_meant() {
    let _listening = listen();
    let (outer, outers) = execution(1);
    let (inner, inners) = outer.in_scope(|| execution(2));
    inner.in_scope(|| info!("inner"));
    outer.in_scope(|| info!("outer"));
    assert_eq!(messages(&inners), ["inner"]);
    assert_eq!(messages(&outers), ["outer"]);
}

#[tokio::test]
async fn a_spawned_task_with_the_span_is_heard_and_one_without_it_is_not() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    async {
        let with = tokio::spawn(async { info!("with") }.instrument(Span::current()));
        let without = tokio::spawn(async { info!("without") });
        with.await.expect("it ends");
        without.await.expect("it ends");
        info!("both are back");
    }
    .instrument(span)
    .await;
    assert_eq!(messages(&buffer), ["with", "both are back"]);
}

#[tokio::test]
async fn executions_side_by_side_do_not_mix() {
    let _listening = listen();
    let speak = |number: u32| {
        let (span, buffer) = execution(number);
        let speech = async move {
            for turn in 0..3 {
                info!("{number} says {turn}");
                tokio::task::yield_now().await;
            }
        };
        (tokio::spawn(speech.instrument(span)), buffer)
    };
    let ((one, ones), (two, twos)) = (speak(1), speak(2));
    one.await.expect("it ends");
    two.await.expect("it ends");
    assert_eq!(messages(&ones), ["1 says 0", "1 says 1", "1 says 2"]);
    assert_eq!(messages(&twos), ["2 says 0", "2 says 1", "2 says 2"]);
}

#[test]
fn the_engine_and_what_is_below_info_are_left_out() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| {
        info!(target: "downbeat::runner::execute", "completed");
        debug!("in detail");
        trace!("in full");
        error!("burnt");
        info!("and put out");
    });
    assert_eq!(messages(&buffer), ["burnt", "and put out"]);
}

#[test]
fn the_hosts_own_filter_takes_nothing_away() {
    let own = tracing_subscriber::fmt::layer().with_writer(std::io::sink).with_filter(LevelFilter::ERROR);
    let _listening = set_default(tracing_subscriber::registry().with(capture()).with(own));
    let (span, buffer) = execution(1);
    span.in_scope(|| info!("heard"));
    assert_eq!(messages(&buffer), ["heard"]);
}

#[test]
fn without_the_layer_nothing_is_taken_down() {
    let _listening = set_default(tracing_subscriber::registry());
    assert!(attach(&info_span!("execution")).is_none());
}

#[test]
fn a_span_that_is_turned_off_takes_nothing_down() {
    let _listening = listen();
    assert!(attach(&tracing::debug_span!("execution")).is_none());
}

#[test]
fn the_first_and_the_last_lines_are_kept() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| (0..200).for_each(|number| info!(number)));
    let log = buffer.take();
    assert_eq!((log.lines.len(), log.dropped), (200, 0));
    span.in_scope(|| (0..1_000).for_each(|number| info!(number)));
    let log = buffer.take();
    assert_eq!((log.lines.len(), log.dropped), (200, 800));
    let numbers = log.lines.iter().map(|line| line.fields["number"].as_u64().expect("a number")).collect::<Vec<_>>();
    assert_eq!(numbers, (0..100).chain(900..1_000).collect::<Vec<_>>());
}

#[test]
fn texts_are_cut_and_hold_no_nul() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| {
        info!(text = "ä".repeat(501), whole = "ä".repeat(500), nul = "a\0b", "{}", "é".repeat(3_000));
        info!(target: "a\0b", "c\0d");
    });
    let lines = buffer.take().lines;
    assert_eq!(lines[0].message, format!("{}…", "é".repeat(2_000)));
    assert_eq!(lines[0].fields["text"], json!(format!("{}…", "ä".repeat(500))));
    assert_eq!(lines[0].fields["whole"], json!("ä".repeat(500)));
    assert_eq!(lines[0].fields["nul"], "a\u{fffd}b");
    assert_eq!((lines[1].target.as_str(), lines[1].message.as_str()), ("a\u{fffd}b", "c\u{fffd}d"));
}

#[test]
fn a_line_has_twenty_fields_at_most() {
    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| {
        info!(
            a = 1,
            b = 1,
            c = 1,
            d = 1,
            e = 1,
            f = 1,
            g = 1,
            h = 1,
            i = 1,
            j = 1,
            k = 1,
            l = 1,
            m = 1,
            n = 1,
            o = 1,
            p = 1,
            q = 1,
            r = 1,
            s = 1,
            t = 1,
            u = 1,
            v = 1,
            "much"
        );
    });
    let line = buffer.take().lines.remove(0);
    assert_eq!((line.fields.len(), line.message.as_str()), (20, "much"));
    assert!(line.fields.contains_key("t") && !line.fields.contains_key("u"));
}

#[test]
fn what_is_too_long_is_not_worded_to_its_end() {
    struct Endless;

    impl Debug for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("on and on, ")?;
            }
        }
    }

    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| info!("{Endless:?}"));
    assert_eq!(messages(&buffer)[0].chars().count(), 2_001);
}

#[test]
fn a_value_may_log_while_it_words_itself() {
    struct Talkative;

    impl Debug for Talkative {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!("by the way");
            f.write_str("talkative")
        }
    }

    let _listening = listen();
    let (span, buffer) = execution(1);
    span.in_scope(|| info!(who = ?Talkative, "well"));
    // The inner event may be kept from the same thread's subscriber; what counts is that nothing waits for itself.
    assert_eq!(messages(&buffer).last().map(String::as_str), Some("well"));
}
