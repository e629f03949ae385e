//! Functions that cannot be built, or die at start: the command says which one, shows why, and what to do next.

use std::path::Path;

use journeys::Board;

/// A template with one function, which runs `binary` of the package in `code`.
fn template(folder: &Path, code: &Path, binary: &str) -> String {
    let file = folder.join(format!("{binary}.yaml"));
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: {{Binary: {binary}}}}}
    Properties:
      FunctionName: hello
      CodeUri: {}
      Handler: bootstrap
      Runtime: provided.al2023
      Architectures: [arm64]
      Events:
        Hello: {{Type: Api, Properties: {{Path: /hello, Method: GET}}}}
",
        code.display()
    );
    std::fs::write(&file, text).expect("a file");
    file.to_string_lossy().into_owned()
}

async fn refused(code: &str, binary: &str) -> String {
    let data = tempfile::tempdir().expect("a folder");
    let template = template(data.path(), &journeys::root().join(code), binary);
    let options = ["--port", "0", "--template", &template];
    let refused = Board::try_start(&data.path().join("data"), &options).await.expect_err("it does not get ready");
    assert_eq!(refused.code, Some(1), "{}", refused.message);
    assert!(!refused.message.contains("panicked"), "{}", refused.message);
    refused.message
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_dies_at_start_is_shown_with_its_last_words() {
    // A program that is not a function: it wants an argument, says so, and ends.
    let message = refused("tests/conformance", "conformance").await;
    for part in
        ["function hello fails", "required arguments", "exit status 2", "Repair it, then start the command again"]
    {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_build_is_named_with_its_package() {
    let message = refused("solutions/solution-01", "no-such-binary").await;
    for part in ["no bin target named `no-such-binary`", "function hello", "does not build", "start the command again"]
    {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_without_a_package_is_told_where_its_code_should_be() {
    let message = refused("site", "hello").await;
    for part in ["hello", "CodeUri must name a Cargo package", "Cargo.toml"] {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}
