//! The runner as a process of its own, reading through S3. The test program starts itself again for it.

use std::{
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, ExitCode, Output},
};

use okeanos_processes::{
    run::{Arguments, S3Arguments},
    sandbox::Confinement,
};
use serde_json::{Value, json};

use crate::support::{data, open};

/// Not a test: the process that the tests below start.
#[test]
#[ignore = "started by the other tests"]
fn child() {
    let folder = std::env::current_dir().unwrap();
    let setting: Value = serde_json::from_slice(&std::fs::read(folder.join("child.json")).unwrap()).unwrap();
    let s3 = S3Arguments {
        s3_endpoint: setting["s3"].as_str().unwrap().to_owned(),
        s3_region: "us-east-1".to_owned(),
        s3_access_key_id: "id".to_owned(),
        s3_secret_access_key: "secret".to_owned(),
        s3_session_token: None,
    };
    let arguments = Arguments {
        function: setting["function"].as_str().unwrap().to_owned(),
        inputs: folder.join("inputs.json"),
        output_dir: folder.join("out"),
        input_dir: None,
        temporary_dir: None,
        s3,
        memory_bytes: 8 << 30,
        cpu_seconds: 60,
        file_bytes: setting["file_bytes"].as_u64().unwrap(),
        sandbox: Confinement::BestEffort,
    };
    let code = okeanos_processes::run::main(&arguments);
    // Another exit code than that of a test that has failed.
    std::process::exit(match code {
        code if code == ExitCode::SUCCESS => 0,
        code if code == ExitCode::from(75) => 75,
        _ => 3,
    });
}

fn start(folder: &Path, function: &str, inputs: &Value, file_bytes: u64) -> Output {
    std::fs::write(folder.join("inputs.json"), inputs.to_string()).unwrap();
    let setting = json!({ "s3": serve(), "function": function, "file_bytes": file_bytes });
    std::fs::write(folder.join("child.json"), setting.to_string()).unwrap();
    std::fs::create_dir_all(folder.join("out")).unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "runner::child", "--ignored", "--nocapture"])
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Enough of S3 to read the fixtures as the bucket `fixtures`.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away in between is its own business.
            std::thread::spawn(move || answer(stream).unwrap_or_default());
        }
    });
    format!("http://{address}")
}

fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let mut words = lines[0].split([' ', '?']);
        let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
        let range = lines.iter().find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
        if path.starts_with("/forbidden/") {
            reader.get_mut().write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        }
        let file = data().join(path.trim_start_matches("/fixtures/"));
        let Some(mut file) = std::fs::File::open(&file).ok().filter(|file| file.metadata().is_ok_and(|m| m.is_file()))
        else {
            reader.get_mut().write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        };
        let size = file.metadata()?.len();
        let (start, end) = match range.as_deref().and_then(|range| range.split_once('-')) {
            Some((start, end)) => {
                (start.parse().unwrap_or(0), end.parse::<u64>().map_or(size, |end| (end + 1).min(size)))
            }
            None => (0, size),
        };
        let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nContent-Range: bytes {start}-{}/{size}\r\nETag: \"e\"\r\n\
             Last-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n\r\n",
            end - start,
            end - 1
        );
        reader.get_mut().write_all(head.as_bytes())?;
        if method == "GET" {
            file.seek(SeekFrom::Start(start))?;
            std::io::copy(&mut file.take(end - start), reader.get_mut())?;
        }
    }
}

fn problem(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.strip_prefix("okeanos:error ")).unwrap_or_else(|| panic!("{text}"));
    serde_json::from_str(line).unwrap()
}

#[test]
fn it_reads_through_s3_tells_progress_and_leaves_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = json!({ "source": "s3://fixtures/packed.nc", "depth": [0, 1] });
    let output = start(folder.path(), "subset", &inputs, 1 << 30);
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said} {errors}");
    let lines: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("okeanos:progress ")).collect();
    assert_eq!(
        (lines.first(), lines.last()),
        (Some(&"0 opening s3://fixtures/packed.nc"), Some(&"100 done")),
        "{said}"
    );
    assert!(lines.iter().any(|line| line.ends_with("copying")));
    assert_eq!(open(&folder.path().join("out"), "result.nc").variable("thetao").unwrap().shape, [4, 1, 10, 36]);
}

#[test]
fn what_is_wrong_is_one_line_that_names_the_input() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |function: &str, inputs: Value| {
        let output = start(folder.path(), function, &inputs, 1 << 30);
        assert_eq!(output.status.code(), Some(3));
        let problem = problem(&output);
        (problem["code"].as_str().unwrap().to_owned(), problem["field"].as_str().unwrap_or_default().to_owned())
    };
    let wrong = |code: &str, field: &str| (format!("processes/{code}"), field.to_owned());
    assert_eq!(
        ask("subset", json!({ "source": "s3://fixtures/packed.nc", "bbox": [0, -60, 1, -50] })),
        wrong("input-does-not-fit", "bbox")
    );
    assert_eq!(
        ask("subset", json!({ "source": "s3://fixtures/packed.nc", "bbox": 1 })),
        wrong("invalid-inputs", "bbox")
    );
    assert_eq!(ask("subset", json!({ "source": "s3://fixtures/make.py" })), wrong("unreadable-source", "source"));
    assert_eq!(ask("subset", json!({ "source": "https://sea.example/item" })), wrong("input-does-not-fit", "source"));
    assert_eq!(ask("subset", json!({ "source": "s3://forbidden/a.nc" })), wrong("no-such-source", "source"));
    assert_eq!(ask("guess", json!({ "source": "s3://fixtures/packed.nc" })), wrong("input-does-not-fit", "function"));
}

#[test]
fn its_files_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let output = start(folder.path(), "subset", &json!({ "source": "s3://fixtures/ostia.nc" }), 1_000);
    assert!(!output.status.success());
    let written = std::fs::metadata(folder.path().join("out/result.nc")).map_or(0, |meta| meta.len());
    assert!(written <= 1_000, "{written}");
}
