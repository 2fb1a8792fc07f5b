//! What a base image of the front has where somebody may look: enough that a service with no files
//! of its own answers, and that `RUN rm /etc/nginx/conf.d/default.conf` removes something.

/// Path in the image, and content.
pub(super) const FILES: [(&str, &str); 3] = [
    ("etc/nginx/conf.d/default.conf", DEFAULT),
    ("usr/share/nginx/html/index.html", INDEX),
    ("usr/share/nginx/html/50x.html", ERROR),
];

const DEFAULT: &str = "\
server {
    listen 80;
    server_name localhost;

    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }

    error_page 500 502 503 504 /50x.html;
    location = /50x.html {
        root /usr/share/nginx/html;
    }
}
";

const INDEX: &str = "\
<!DOCTYPE html>
<title>It works</title>
<p>The front serves this page. Copy your own to /usr/share/nginx/html.</p>
";

const ERROR: &str = "\
<!DOCTYPE html>
<title>Error</title>
<p>The page cannot be shown at the moment.</p>
";
