# stack: why a learner's file cannot be read
stack-yaml-empty = The file is empty: write at least `services:`
stack-yaml-not-mapping = The file must begin with keys such as `services:`, not with a list or a single value
stack-yaml-tab = A tab indents this line: YAML takes spaces only
stack-yaml-indent = This line is indented by { $spaces ->
        [one] one space
       *[other] { $spaces } spaces
    }, which fits no line above it
stack-yaml-indent-first = This line is indented by { $spaces ->
        [one] 1 space
       *[other] { $spaces } spaces
    }, and line { $line }, which belongs beside it, by { $other }: give both the same indentation
stack-yaml-too-deep = This line is indented as if it went on with the value of the line above: give both the same indentation, or leave that value out
stack-yaml-structure = This line does not fit what stands above it: check its indentation
stack-yaml-item-among-keys = A list item (`- `) cannot stand among keys: indent it below the key it belongs to
stack-yaml-key-among-items = A list item must begin with `- `: a key cannot stand among items
stack-yaml-colon = This line is no key with a value: `: ` (a colon and a space) is missing
stack-yaml-second-colon = A second `: ` in one line: put the value in quotes, or begin a new line
stack-yaml-quote = The quote { $quote } that begins here is never closed
stack-yaml-after-quote = There is text behind the closing quote: put all of it inside, or remove it
stack-yaml-escape = YAML has no `{ $word }` inside double quotes: write `\\` for a backslash, or use single quotes
stack-yaml-bracket = The bracket `{ $bracket }` that opens here is never closed
stack-yaml-bracket-mismatch = The bracket `{ $open }` that opens here is closed by `{ $close }`
stack-yaml-bracket-extra = This bracket closes nothing: there is no opening one before it
stack-yaml-comma = A `,` or the closing bracket is expected here
stack-yaml-anchor = Nothing above is named `{ $word }`: define it with `&` before you use it with `*`
stack-yaml-alias-cycle = This alias refers to the block that it stands in
stack-yaml-aliases = The aliases in this file copy more than { $limit } values: write fewer of them
stack-yaml-merge = `<<` takes a mapping, or a list of mappings
stack-yaml-character = A value cannot begin with `{ $word }`: put it in quotes
stack-yaml-depth = The nesting is deeper than { $limit } levels here
stack-yaml-duplicate-key = `{ $key }` is already written on line { $first }: keep one of the two
stack-yaml-key = A key must be plain text
stack-yaml-key-quotes = A key must be text, and { $key } without quotes is none: write `"{ $key }"`
stack-yaml-other = YAML cannot be read here ({ $detail })

stack-kind-nothing = empty
stack-kind-list = a list
stack-kind-mapping = a mapping (`key: value`)
stack-kind-text = `{ $text }`
stack-kind-string = a string
stack-kind-number = a whole number
stack-kind-decimal = a number
stack-kind-boolean = `true` or `false`
stack-kind-string-or-list = a string or a list
stack-kind-string-or-mapping = a string or a mapping (`key: value`)
stack-kind-list-or-mapping = a list or a mapping (`key: value`)
stack-kind-port = a port
stack-kind-mount = a mount such as `data:/var/lib/data`
stack-kind-path = a file's path

stack-compose-files = a project of more than { $limit } files is not read
stack-compose-include-circle = these files include one another: { $files }
stack-compose-include-twice = { $name } is here and in an included file, and the two differ: Compose refuses that
stack-compose-extends-unknown = { $file } has no service `{ $service }` to extend
stack-compose-no-services = The file has no `services:`
stack-compose-type = `{ $path }` must be { $wanted }, but it is { $found }
stack-kind-value = a value, a list or a mapping
stack-compose-unknown-key = Compose knows no `{ $key }` in `{ $path }`{ $near }
stack-compose-unknown-top-key = Compose knows no `{ $key }` at the top of the file{ $near }
stack-compose-missing-key = `{ $path }` needs `{ $key }`
stack-compose-word = `{ $path }` cannot be `{ $text }`, only one of: { $words }{ $near }
stack-compose-quotes = `{ $path }` must be a string, and { $text } without quotes is none: write `"{ $text }"`
stack-compose-size = `{ $path }` must be a size such as `512m` or `1g`, but is "{ $text }"
stack-compose-twice = { $text } is in `{ $path }` twice (first on line { $first }): keep one of the two
stack-compose-undeclared = `{ $name }` is used here but not declared under `{ $section }:` at the top level{ $near }
stack-compose-no-service = There is no service `{ $name }`{ $near }
stack-compose-service-off = The service `{ $name }` is off, since none of its `profiles:` is active: what depends on it cannot start
stack-compose-no-image = The service `{ $name }` has neither `image:` nor `build:`
stack-compose-same-name = The service `{ $other }` already has the container name `{ $name }`: each needs one of its own
stack-compose-cycle = These services wait for each other, so that none can start: { $names }
stack-compose-both = `{ $path }` cannot have both `{ $one }` and `{ $other }`: they contradict each other
stack-compose-test = `{ $path }` must begin with CMD, CMD-SHELL or NONE
stack-compose-one-source = `{ $path }` needs exactly one of: { $words }
stack-compose-env-file = There is no file `{ $name }`, and Compose does not start without it
stack-compose-name = `{ $path }` is no name for a container: { $text } (two letters or more, only a-z, A-Z, 0-9, `_`, `.` and `-`)
stack-compose-host = `{ $path }` must be a name and an address such as `"db:10.0.0.5"`, but is { $text }
stack-compose-pull = `{ $path }` cannot be `{ $text }`: it is always, missing, never, build, daily, weekly or every_12h
stack-compose-key = `{ $key }` is no name that Compose takes: only a-z, A-Z, 0-9, `_`, `.` and `-`
stack-compose-mounted-twice = Something is mounted at `{ $target }` already
stack-compose-mount-source = `{ $path }` has no `source`: the path on this machine
stack-compose-extends-circle = These services extend each other in a circle: { $names }
stack-compose-port = `{ $path }` is no port: { $text } (write `"8080:80"` or `"80"`, each from 0 to 65535)
stack-compose-port-target = `{ $path }` has no `target`: the port in the container
stack-compose-mount = `{ $path }` is no mount: { $text } (write `"data:/var/lib/data"` or `"./folder:/folder:ro"`)
stack-compose-mount-target = `{ $path }` has no `target`: the path in the container
stack-compose-condition = `{ $path }` cannot be `{ $text }`: it is service_started, service_healthy or service_completed_successfully
stack-compose-command = `{ $path }` cannot be split into words: a quote is never closed
stack-compose-duration = `{ $path }` must be a length of time such as `2s`, `500ms` or `1m30s`, but is "{ $text }"

stack-variable-unclosed = The variable that begins here is never closed with a brace: { $text }
stack-variable-malformed = This is no variable that Compose knows: { $text } (write a plain dollar sign twice)
stack-variable-required = The file requires the variable `{ $name }`, and it is not set: { $reason }

stack-nginx-bom = The file begins with an invisible byte-order mark (BOM), which nginx refuses: save it as UTF-8 without BOM
stack-nginx-quote = The quote { $quote } that begins here is never closed
stack-nginx-after-quote = There is text right behind the closing quote: a space or `;` is expected
stack-nginx-semicolon = `;` is missing at the end of line { $line }
stack-nginx-extra-semicolon = This `;` ends nothing: there is no directive before it
stack-nginx-nameless-block = A block opens here without a name before it
stack-nginx-extra-brace = This closing brace closes no block
stack-nginx-unclosed-block = The block `{ $name }` that begins on line { $line } is never closed with a brace
stack-nginx-depth = The blocks are nested deeper than { $limit } levels here
stack-nginx-arguments = `{ $name }` takes another number of arguments: { $wanted }, not { $count }
stack-nginx-block-expected = `{ $name }` needs a block in braces, not `;`
stack-nginx-unexpected-block = `{ $name }` takes no block: end it with `;`
stack-nginx-unknown-near = nginx has no directive `{ $name }`: did you mean `{ $near }`?
stack-nginx-parameter-near = `{ $name }` has no parameter `{ $value }`: did you mean `{ $near }`?
stack-nginx-address-first = A `server` begins with its address: `server { $address } { $word };`
stack-nginx-http-in-http = This file is already read inside of the `http` block: leave `http {"{"} … {"}"}` out
stack-nginx-whole-seconds = `{ $value }`: nginx takes whole seconds here, as `1s`
stack-nginx-zone-size = The zone `{ $name }` has no size anywhere, and nginx does not start without one: write it behind the name, as `64k`
stack-nginx-cache-zone = No `{ $path }` defines the zone `{ $name }` that is used here
stack-nginx-certificate = This `listen` wants TLS, and the server has no `ssl_certificate`
stack-nginx-two-buffers = `{ $name }` needs at least 2 buffers
stack-nginx-buffer-least = `{ $name }` must be at least as large as the largest single buffer: { $least } bytes here
stack-nginx-buffer-most = `{ $name }` must fit into all buffers but one: { $most } bytes here, and one buffer alone has { $least }. Raise the buffers with it

# the front: why it does not take a configuration
front-unknown = nginx has no directive `{ $name }`: check its spelling
front-needs-docker = `{ $name }` does not work without Docker: nginx itself knows it, so run this with Docker
front-not-here = `{ $name }` cannot stand in this place
front-duplicate = `{ $name }` is already given: keep one of the two
front-value = `{ $name }` cannot be `{ $value }`
front-parameter = `{ $name }` has no parameter `{ $value }`
front-variable = There is no variable `${ $name }`
front-variable-name = `{ $name }` is no variable: a name must follow the dollar sign
front-variable-taken = `${ $name }` is nginx's own variable: choose another name
front-regex = This regular expression needs Docker: { $pattern }
front-regex-broken = This is no regular expression: { $pattern }
front-include = This file is not there: { $path }
front-include-circle = The files include each other too often here: { $path }
front-no-servers = The upstream `{ $name }` has no `server`
front-backup = This way to balance knows no `backup`
front-zone-small = { $value } is too small for a zone: give it at least 32k
front-resolve-zone = `resolve` needs a `zone` in the upstream `{ $name }`
front-resolve-resolver = `resolve` in the upstream `{ $name }` needs a `resolver`: with Docker its address is 127.0.0.11
front-resolver-address = `resolver` names no address: with Docker it is 127.0.0.11
front-upstream-port = `{ $name }` is an upstream, and its servers have their own ports: leave `:{ $port }` out
front-proxy-scheme = An address in `proxy_pass` must begin with `http://`
front-proxy-uri = Here `proxy_pass` must end with the host and the port: no path can be replaced in this place
front-default-server = Two servers are the default for port { $port }: keep one `default_server`
front-location-twice = The location `{ $pattern }` is already there: keep one of the two
front-location-inside = The location `{ $pattern }` cannot stand inside `{ $outer }`
front-location-outside = The location `{ $pattern }` stands inside `{ $outer }`, but its path does not begin so
front-root-and-alias = `root` and `alias` cannot both be in one location
front-log-format = There is no `log_format` named `{ $name }`
front-condition = This is no condition that nginx knows: { $condition }

## .env

dotenv-wide = The file is saved as UTF-16, which Compose cannot read. Save it as UTF-8.
dotenv-name = The character { $letter } cannot stand in a variable's name: { $text }
dotenv-blank = A variable's name has no space in it: { $name }
dotenv-open = The quote that begins here is never closed: { $text }
dotenv-long = The value of { $name } is too long once its variables are in it.

## The Dockerfile

stack-docker-empty = This Dockerfile has no instruction.
stack-docker-before-from = Before { $word } there must be a FROM: an image begins with it
stack-docker-escape = `escape` can be \ or ` alone, not { $word }
stack-docker-escape-twice = `escape` stands here twice
stack-docker-unknown = Docker knows no instruction { $word }
stack-docker-unknown-near = Docker knows no instruction { $word }: did you mean { $near }?
stack-docker-flag = { $of } has no option `--{ $word }`
stack-docker-flag-near = { $of } has no option `--{ $word }`: did you mean `--{ $near }`?
stack-docker-flag-value = Write a value behind this option of { $of }: `--{ $word }=...`
stack-docker-quote = A quote that begins here is never closed
stack-docker-brace = A variable's bracket that opens here is never closed
stack-docker-retries = `--{ $word }` is a number of at least 1, not { $value }
stack-docker-time = `--{ $word }` is a time with its unit, such as 5s, not { $value }
stack-docker-strings = A list of { $word } has texts in quotes alone
stack-docker-few = { $least ->
    [one] { $word } needs something behind it
   *[other] { $count ->
        [0] { $word } needs a source and a destination
       *[other] { $word } needs a source and a destination, and there is only one of the two
    }
}
stack-docker-list = { $word } takes a list alone: ["/bin/sh", "-c"]
stack-docker-no-name = { $word } has a value here, and no name
stack-docker-no-value = { $word } takes NAME=value: here one of the two is missing
stack-docker-port = { $word } is no port
stack-docker-from = FROM takes an image, or an image AS a name
stack-docker-stage-name = A stage cannot be called { $word }: a name begins with a letter, and has letters, digits and - _ . in it
stack-docker-health = HEALTHCHECK takes NONE, or CMD and a command
stack-docker-trigger = { $word } cannot stand behind ONBUILD
stack-docker-no-image = This FROM names no image: its argument has no value
stack-docker-upper = An image's name has no capital letters: { $word }
stack-docker-no-stage = There is no stage { $word } before this line
stack-docker-no-stage-near = There is no stage { $word }: did you mean { $near }?
stack-docker-stage-later = The stage { $word } comes later: what is copied from must stand before
