//! `check --format github`: what the runner obeys, what it shows, and the job's summary.

use crate::cli::at_step;
use crate::harness::{Run, Sandbox};

/// One run in a job: what it wrote, and what the summary has afterwards.
fn job(sandbox: &Sandbox, args: &[&str]) -> (Run, String) {
    let summary = sandbox.root().join("요약 summary.md");
    let mut command = sandbox.command();
    command.args(["check", "--format", "github"]).args(args).env("GITHUB_STEP_SUMMARY", &summary);
    let run = Run::of(&mut command);
    assert!(run.stderr.is_empty(), "all that is said is said to the runner: {run:?}");
    (run, std::fs::read_to_string(summary).unwrap())
}

/// The lines that the runner takes for commands.
fn commands(run: &Run) -> Vec<&str> {
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    run.stdout.lines().filter(is_command).collect()
}

#[test]
fn a_pass_is_a_group_and_a_row() {
    let (run, summary) = job(&at_step("copy-the-app"), &[]);
    assert_eq!(
        run.code(0).stdout,
        "::group::Step 1, Copy the app: 1 of 1 check passed\n  \
         ✓ pass         The app is in workshop/  all 4 files are in place\n    \
         Every file that the lesson changes is where it expects it.\n\
         ::endgroup::\n"
    );
    let rows = "| Outcome | Step | Check |\n| --- | --- | --- |\n\
                | ✅ pass | Copy the app | The app is in workshop&#47; |\n";
    assert_eq!(summary, format!("\n## Step 1&#44; Copy the app&#58; 1 of 1 check passed\n\n{rows}"));
}

#[test]
fn what_is_not_yet_so_is_an_error_at_the_learners_line() {
    let sandbox = at_step("remove-container-name");
    let (run, summary) = job(&sandbox, &[]);
    let run = run.code(1);
    assert_eq!(
        commands(&run),
        [
            "::group::Step 5, Remove container_name: 0 of 1 check passed",
            "::endgroup::",
            "::error file=workshop/docker-compose.yml,line=12,col=5,endColumn=19,\
             title=The backend has no fixed name::services.backend.container_name is still there%0A\
             expected: no services.backend.container_name%0Aobserved: container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
        ]
    );
    let details = "\n<details><summary>The backend has no fixed name</summary>\n\n<pre>\n\
                   services.backend.container_name is still there\n\
                   docker-compose.yml:12:5: container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n\
                   expected: no services.backend.container_name\n\
                   observed: container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n\
                   </pre>\n\n</details>\n";
    assert!(summary.ends_with(details), "{summary}");
    let (run, twice) = job(&sandbox, &["--lang", "ko"]);
    let run = run.code(1).says("title=백엔드에 고정된 이름이 없음::");
    assert!(commands(&run)[0].starts_with("::group::5단계 "), "{run:?}");
    assert!(twice.starts_with(&summary) && twice.len() > summary.len(), "a summary is added to: {twice}");
}

#[test]
fn the_machine_in_the_way_is_a_warning_and_an_open_question_a_notice() {
    let sandbox = at_step("scale-to-3");
    let (run, summary) = job(&sandbox, &[]);
    let run = run.code(3);
    let warnings: Vec<_> = commands(&run).into_iter().filter(|line| line.starts_with("::warning ")).collect();
    assert!(
        warnings[0].starts_with("::warning title=Three backends are healthy::The Docker engine does not")
    );
    assert_eq!(warnings.len(), 2, "the same is not said of each check: {warnings:#?}");
    assert_eq!(summary.matches("| ⚠️ environment |").count(), 7, "{summary}");
    let (run, _) = job(&sandbox, &["--step", "how-it-balances"]);
    let kinds: Vec<_> = commands(&run).iter().map(|line| line.split([' ', ':']).nth(2).unwrap()).collect();
    assert_eq!(kinds, ["group", "endgroup", "notice", "notice", "notice"], "{run:?}");
}

#[test]
fn all_steps_are_groups_of_one_log_and_the_exit_code_is_that_of_text() {
    let sandbox = at_step("remove-container-name");
    let (run, summary) = job(&sandbox, &["--all", "--static"]);
    let text = sandbox.run(["check", "--all", "--static"]);
    assert_eq!(run.status, text.status);
    let count = |begin: &str| commands(&run).iter().filter(|line| line.starts_with(begin)).count();
    assert_eq!(count("::group::"), 16);
    assert_eq!(count("::endgroup::"), 16);
    let last = run.stdout.lines().last().unwrap();
    assert_eq!(text.stdout.lines().last().unwrap(), last);
    assert!(summary.starts_with("\n## Lesson 06&#58; "), "{summary}");
}

#[test]
fn nothing_of_a_learners_is_obeyed_by_the_runner_or_by_markdown() {
    let sandbox = at_step("remove-container-name");
    let name = "::error::owned%0A##[add-path]/tmp | </pre><script>`[x](y) \u{202e}안녕,:\u{1F600}";
    let spoiled = sandbox.read("docker-compose.yml");
    let spoiled = spoiled.replace(
        "container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
        &format!("container_name: \"{name}\""),
    );
    sandbox.write("docker-compose.yml", spoiled);
    let (run, summary) = job(&sandbox, &[]);
    let run = run.code(1).says("안녕");
    let commands = commands(&run);
    assert_eq!(commands.len(), 3, "{commands:#?}");
    assert!(commands[2].starts_with("::error file=workshop/docker-compose.yml,line=12,"), "{commands:#?}");
    assert!(commands[2].contains("owned%250A") && !run.stdout.contains('\u{202e}'), "{commands:#?}");
    assert!(summary.contains("&#60;/pre&#62;&#60;script&#62;"), "{summary}");
    assert_eq!(summary.matches("</pre>").count(), 1, "{summary}");
    assert!(!summary.contains("<script") && !summary.contains('\u{202e}'), "{summary}");
}

#[test]
fn what_could_not_be_checked_is_an_error_with_the_way_on() {
    let sandbox = Sandbox::new().without_docker();
    let (run, summary) = job(&sandbox, &[]);
    let run = run.code(2).says("::error title=error::").says("%0Anext: workshop start 06");
    assert_eq!(commands(&run).len(), 1, "{run:?}");
    assert!(summary.starts_with("\n## error\n\n<pre>\n") && summary.contains("start 06"), "{summary}");
}

#[test]
fn a_summary_that_cannot_be_written_is_said_and_none_is_no_fault() {
    let sandbox = at_step("copy-the-app");
    sandbox.run(["check", "--format", "github"]).code(0);
    let mut command = sandbox.command();
    command.args(["check", "--format", "github"]).env("GITHUB_STEP_SUMMARY", "/nonexistent/summary");
    let run = Run::of(&mut command).code(3).says("GITHUB_STEP_SUMMARY");
    assert!(run.stdout.contains("::endgroup::"), "{run:?}");
}
