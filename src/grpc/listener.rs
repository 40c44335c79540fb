//! The door to the street: a bound on connections, and no patience for silence.
//!
//! One idle socket that never speaks would hold a graceful shutdown for ever, so whoever does not send the HTTP/2 preface
//! (or begin a TLS handshake) in time is let go before the server sees him.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::{Connected, TcpConnectInfo};

/// The HTTP/2 preface has this many bytes.
const PREFACE: usize = 24;
/// A TLS client speaks first too; its hello is longer than this.
const HELLO: usize = 5;
/// How many new connections may wait for the server.
const WAITING: usize = 128;

/// How connections are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// How many connections at once.
    pub most: usize,
    /// How long a new one may be silent.
    pub patience: Duration,
    /// Whether it speaks TLS first.
    pub tls: bool,
}

/// A connection that has begun to speak. Its place is free again when it is dropped.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

/// Connections as the server takes them.
pub fn connections(listener: TcpListener, manners: Manners) -> ReceiverStream<io::Result<Connection>> {
    let (spoken, taken) = mpsc::channel(WAITING);
    tokio::spawn(accept(listener, manners, spoken));
    ReceiverStream::new(taken)
}

async fn accept(listener: TcpListener, manners: Manners, spoken: mpsc::Sender<io::Result<Connection>>) {
    let places = Arc::new(Semaphore::new(manners.most));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = spoken.closed() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(welcome(stream, place, manners, spoken.clone()));
            }
            Err(error) => {
                // Out of file descriptors, most likely: those who are served go on, new ones wait a little.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn welcome(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    manners: Manners,
    spoken: mpsc::Sender<io::Result<Connection>>,
) {
    let wanted = if manners.tls { HELLO } else { PREFACE };
    let began = tokio::select! {
        began = tokio::time::timeout(manners.patience, has_sent(&stream, wanted)) => began,
        () = spoken.closed() => return,
    };
    if !matches!(began, Ok(Ok(true))) || stream.set_nodelay(true).is_err() {
        return;
    }
    // If the server has gone, so has this connection.
    let _ = spoken
        .send(Ok(Connection {
            stream,
            _place: place,
        }))
        .await;
}

/// Whether so many bytes have come, without taking them. `false`: the other side has closed.
async fn has_sent(stream: &TcpStream, wanted: usize) -> io::Result<bool> {
    let mut seen = [0; PREFACE];
    let mut known = 0;
    loop {
        stream.readable().await?;
        match stream.peek(&mut seen).await? {
            0 => return Ok(false),
            enough if enough >= wanted => return Ok(true),
            so_far => {
                // A peek does not wait for more than it has seen; a short pause does.
                if so_far == known {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                known = so_far;
            }
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        TcpConnectInfo {
            local_addr: self.stream.local_addr().ok(),
            remote_addr: self.stream.peer_addr().ok(),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_stream::StreamExt;

    use super::*;

    async fn listen(most: usize, patience: Duration) -> (SocketAddr, ReceiverStream<io::Result<Connection>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let manners = Manners {
            most,
            patience,
            tls: false,
        };
        (address, connections(listener, manners))
    }

    #[tokio::test]
    async fn a_socket_that_stays_silent_is_let_go() {
        let (address, _taken) = listen(8, Duration::from_millis(50)).await;
        for said in [&b""[..], b"PRI * HTTP"] {
            let mut client = TcpStream::connect(address).await.expect("connected");
            client.write_all(said).await.expect("sent");
            let mut rest = Vec::new();
            // Closed or reset: either way the server has let go.
            let _ = client.read_to_end(&mut rest).await;
            assert_eq!(rest, b"");
        }
    }

    #[tokio::test]
    async fn whoever_speaks_is_taken_and_nothing_he_said_is_lost() {
        let (address, mut taken) = listen(8, Duration::from_secs(5)).await;
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(b"PRI * HTTP/2.0\r\n").await.expect("sent");
        client.write_all(b"\r\nSM\r\n\r\n").await.expect("sent");
        let mut connection = taken.next().await.expect("one").expect("taken");
        let mut heard = [0; PREFACE];
        connection.read_exact(&mut heard).await.expect("read");
        assert_eq!(&heard, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }
}
