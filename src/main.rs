//! The `tandem` binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tandem::cli::run().await
}
