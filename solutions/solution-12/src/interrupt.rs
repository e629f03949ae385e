//! Ctrl-C or `kill` while it measures: what has been measured is printed all the same.
//!
//! The first one sends no more requests, and waits for those that are under way: an answer that is still missing is a slow one, and
//! without it the times would look better than they are. The second one does not wait.

use crate::client::Client;
use crate::measure;
use crate::rate::Rate;
use crate::sample::Sample;

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) samples: Vec<Sample>,
    /// Where it was interrupted, how many requests were still under way at the end.
    pub(crate) interrupted: Option<usize>,
}

impl Measured {
    /// What has to be known of an interrupted measurement of `count` requests.
    pub(crate) fn remark(&self, count: usize) -> Option<String> {
        let measured =
            format!("{} of {count} requests were measured, and their samples are printed.", self.samples.len());
        Some(match self.interrupted? {
            0 => format!("{measured} Judge them as any others: fewer samples decide less."),
            under_way => format!(
                "{measured} {under_way} more had no answer yet and are missing. Those are the slow ones: measure again before you judge."
            ),
        })
    }
}

/// Measures, until it is `interrupted`.
pub(crate) async fn measured(
    client: &Client,
    rate: &Rate,
    count: usize,
    mut interrupted: impl AsyncFnMut(),
) -> Measured {
    tokio::select! {
        samples = measure::samples(client, rate, count) => return Measured { samples, interrupted: None },
        () = interrupted() => {}
    }
    let progress = client.progress();
    let under_way = progress.under_way();
    if under_way > 0 {
        eprintln!(
            "\nNo more requests are sent. {under_way} have no answer yet, and are waited for; Ctrl-C again ends without them."
        );
    }
    tokio::select! {
        () = progress.all_ended() => {}
        () = interrupted() => {}
    }
    Measured { samples: progress.samples(), interrupted: Some(progress.under_way()) }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;

    use super::*;
    use crate::client::Asked;

    async fn a_client() -> (Client, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/board", listener.local_addr().unwrap()).parse().unwrap();
        let asked = Asked { method: Method::GET, address, headers: HeaderMap::new(), body: Bytes::new() };
        (Client::of(asked).unwrap(), listener)
    }

    /// A connection on which a request has come.
    async fn asked(listener: &TcpListener) -> TcpStream {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut got = Vec::new();
        while !got.ends_with(b"\r\n\r\n") {
            assert!(connection.read_buf(&mut got).await.unwrap() > 0, "{}", String::from_utf8_lossy(&got));
        }
        connection
    }

    async fn answers(mut connection: TcpStream) {
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.unwrap();
    }

    #[tokio::test]
    async fn what_is_under_way_is_waited_for_and_counts() {
        let (client, listener) = a_client().await;
        let (interrupt, mut interrupts) = mpsc::channel(2);
        let server = async {
            answers(asked(&listener).await).await;
            let late = asked(&listener).await;
            interrupt.send(()).await.unwrap();
            // It was heard once there is room for two again.
            while interrupt.capacity() < 2 {
                tokio::task::yield_now().await;
            }
            answers(late).await;
            loop {
                answers(asked(&listener).await).await;
            }
        };
        let interrupted = async || interrupts.recv().await.unwrap_or_default();
        let rate = "20".parse().unwrap();
        let measured = tokio::select! {
            measured = measured(&client, &rate, 1000, interrupted) => measured,
            () = server => unreachable!("it answers for ever"),
        };
        let answered = measured.samples.iter().filter(|sample| sample.status == 200).count();
        assert!((2..1000).contains(&answered) && answered == measured.samples.len(), "{measured:?}");
        assert_eq!(measured.interrupted, Some(0));
        let expected = format!(
            "{answered} of 1000 requests were measured, and their samples are printed. Judge them as any others: fewer samples decide less."
        );
        assert_eq!(measured.remark(1000), Some(expected));
    }

    #[tokio::test]
    async fn the_second_time_nothing_is_waited_for() {
        let (client, listener) = a_client().await;
        let (interrupt, mut interrupts) = mpsc::channel(2);
        let server = async {
            answers(asked(&listener).await).await;
            let held = asked(&listener).await;
            interrupt.send(()).await.unwrap();
            interrupt.send(()).await.unwrap();
            held
        };
        let interrupted = async || interrupts.recv().await.unwrap_or_default();
        let rate = "20".parse().unwrap();
        let (measured, _held) = tokio::join!(measured(&client, &rate, 2, interrupted), server);
        assert_eq!((measured.samples.len(), measured.interrupted), (1, Some(1)));
        assert!(measured.remark(2).unwrap().contains("1 more had no answer yet and are missing"));
    }

    #[tokio::test]
    async fn one_that_ends_by_itself_has_no_remark() {
        let (client, listener) = a_client().await;
        let server = async { answers(asked(&listener).await).await };
        let rate = "1".parse().unwrap();
        let (measured, ()) = tokio::join!(measured(&client, &rate, 1, std::future::pending), server);
        assert_eq!((measured.samples.len(), measured.remark(1)), (1, None));
    }
}
