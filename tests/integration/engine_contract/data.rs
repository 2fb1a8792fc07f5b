//! What a replica has: its database, its variables, its files.

use super::stack::Stack;

fn write(stack: &Stack, content: &str) {
    let json = format!("{{\"username\":\"mina\",\"content\":\"{content}\"}}");
    assert_eq!(stack.ask("POST", "/api/posts", &json, "contract").unwrap().status, 201);
}

/// How many of the answers of `requests` hold `content`.
fn holding(stack: &Stack, content: &str, requests: usize) -> usize {
    (0..requests).filter(|_| stack.get("/api/posts").body.contains(content)).count()
}

pub(crate) fn one_volume_is_one_database(stack: &mut Stack) {
    stack.up(3);
    stack.answers("/api/posts");
    write(stack, "하나를 모두가");
    assert_eq!(holding(stack, "하나를 모두가", 12), 12);
    // It outlives every replica.
    stack.run("down");
    stack.up(2);
    stack.answers("/api/posts");
    assert_eq!(holding(stack, "하나를 모두가", 6), 6);
}

pub(crate) fn without_a_volume_each_has_its_own(stack: &mut Stack) {
    stack.edit("docker-compose.yml", "    volumes:\n      - data:/data\n", "");
    stack.up(2);
    stack.answers("/api/posts");
    write(stack, "only here");
    assert_eq!(holding(stack, "only here", 12), 6, "one of the two has it");
}

pub(crate) fn variables_reach_the_replicas(stack: &mut Stack) {
    stack.edit(
        "docker-compose.yml",
        "    environment:\n",
        "    environment:\n      PORT: ${BACKEND_PORT:-9090}\n",
    );
    stack.edit("frontend/nginx.conf", "server backend:8080", "server backend:9090");
    stack.up(2);
    stack.answers("/api/posts");
    // The file of variables says otherwise now, and nginx asks at the old port.
    let env = std::fs::read_to_string(stack.path(".env")).unwrap();
    std::fs::write(stack.path(".env"), format!("{env}BACKEND_PORT=7070\n")).unwrap();
    stack.run("up -d --scale backend=2");
    stack.until("back", |seen| seen.of("backend").filter(|one| one.is_running()).count() == 2);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while stack.get("/api/posts").status != 502 {
        assert!(std::time::Instant::now() < deadline, "nobody listens at the old port");
    }
}

pub(crate) fn a_new_page_needs_a_build(stack: &mut Stack) {
    stack.up(1);
    stack.answers("/");
    stack.edit("frontend/index.html", "</body>", "<!-- a new page --></body>");
    stack.run("up -d");
    assert!(!stack.get("/").body.contains("a new page"));
    stack.run("up -d --build");
    assert!(stack.answers("/").body.contains("a new page"));
    let missing = stack.get("/nothing.png");
    // Every path leads to the page: `try_files` says so.
    assert_eq!(missing.status, 200);
}

pub(crate) fn a_mounted_configuration_needs_a_reload(stack: &mut Stack) {
    stack.edit(
        "docker-compose.yml",
        "    ports:\n",
        "    volumes:\n      - ./frontend/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n    ports:\n",
    );
    stack.up(1);
    stack.answers("/");
    stack.edit(
        "frontend/nginx.conf",
        "    listen 80;\n",
        "    listen 80;\n    location = /new { return 200 yes; }\n",
    );
    assert!(!stack.get("/new").body.starts_with("yes"));
    // There is no terminal, whether or not the command says so.
    stack.run("exec frontend nginx -s reload");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while stack.get("/new").body != "yes" {
        assert!(std::time::Instant::now() < deadline, "{:?}", stack.get("/new"));
    }
    // A broken one is refused, and the old one stays.
    stack.edit("frontend/nginx.conf", "    listen 80;\n", "    listen 80;\n    lisen 81;\n");
    let (end, lines) = stack.ran("exec -T frontend nginx -s reload");
    assert!(!end.success(), "{end:?}");
    assert!(lines.iter().any(|line| line.contains("unknown directive \"lisen\"")), "{lines:?}");
    assert_eq!(stack.get("/new").body, "yes");
}
