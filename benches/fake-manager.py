"""A manager of a Docker Swarm that is not there: it lists as many replicas over as many nodes as asked
for, with all that a real one says of each, so that what the runner itself costs can be measured.

usage: fake-manager.py SOCKET REPLICAS NODES
"""

import http.server
import json
import os
import socketserver
import sys
import urllib.parse

NAMESPACE = "com.docker.stack.namespace"
TIME = "2026-11-28T12:00:00.123456789Z"


def stack_of(query):
    """The stack that a filter asks for, in both forms that clients write it."""
    labels = json.loads(query.get("filters", ["{}"])[0]).get("label", [])
    for label in labels:
        key, _, value = label.partition("=")
        if key == NAMESPACE:
            return value
    return None


def ident(kind, number):
    return f"{kind}{number:024d}"


def annotations(stack, service):
    return {"Name": f"{stack}_{service}", "Labels": {NAMESPACE: stack, "com.docker.stack.image": "backend:1"}}


def template(stack, service):
    return {
        "ContainerSpec": {
            "Image": "backend:1",
            "Labels": {NAMESPACE: stack},
            "Env": [f"VARIABLE_{number}=value {number}" for number in range(8)],
            "Privileges": {"CredentialSpec": None, "SELinuxContext": None},
            "Healthcheck": {"Test": ["CMD", "curl", "-f", "http://127.0.0.1:8080/health"], "Interval": 2000000000},
            "Isolation": "default",
        },
        "Resources": {"Limits": {"NanoCPUs": 500000000}},
        "RestartPolicy": {"Condition": "any", "Delay": 5000000000, "MaxAttempts": 0},
        "Placement": {"Platforms": [{"Architecture": "amd64", "OS": "linux"}]},
        "Networks": [{"Target": ident("network", 1), "Aliases": [service]}],
        "ForceUpdate": 0,
        "Runtime": "container",
    }


def service(stack, name, replicas):
    spec = annotations(stack, name)
    spec.update({"TaskTemplate": template(stack, name), "Mode": {"Replicated": {"Replicas": replicas}},
                 "EndpointSpec": {"Mode": "dnsrr"}})
    return {"ID": ident("service", 1), "Version": {"Index": 7}, "CreatedAt": TIME, "UpdatedAt": TIME, "Spec": spec,
            "Endpoint": {"Spec": {"Mode": "dnsrr"}}}


def task(stack, number, nodes):
    return {
        "ID": ident("task", number),
        "Version": {"Index": 100 + number},
        "CreatedAt": TIME,
        "UpdatedAt": TIME,
        "Labels": {},
        "Spec": template(stack, "backend"),
        "ServiceID": ident("service", 1),
        "Slot": number,
        "NodeID": ident("node", number % nodes + 1),
        "Status": {"Timestamp": TIME, "State": "running", "Message": "started",
                   "ContainerStatus": {"ContainerID": f"{number:064x}", "PID": 1000 + number, "ExitCode": 0},
                   "PortStatus": {}},
        "DesiredState": "running",
        "NetworksAttachments": [{
            "Network": {
                "ID": ident("network", 1), "Version": {"Index": 5}, "CreatedAt": TIME, "UpdatedAt": TIME,
                "Spec": {"Name": f"{stack}_appnet", "Labels": {NAMESPACE: stack}, "DriverConfiguration": {"Name": "overlay"},
                         "IPAMOptions": {"Driver": {"Name": "default"}}, "Scope": "swarm"},
                "DriverState": {"Name": "overlay", "Options": {"com.docker.network.driver.overlay.vxlanid_list": "4097"}},
                "IPAMOptions": {"Driver": {"Name": "default"}, "Configs": [{"Subnet": "10.0.0.0/16", "Gateway": "10.0.0.1"}]},
            },
            "Addresses": [f"10.0.{number // 250}.{number % 250 + 2}/16"],
        }],
        "GenericResources": None,
    }


def node(number):
    managers = {1: {"Leader": True, "Reachability": "reachable", "Addr": "192.0.2.1:2377"}}
    listed = {
        "ID": ident("node", number), "Version": {"Index": number}, "CreatedAt": TIME, "UpdatedAt": TIME,
        "Spec": {"Labels": {}, "Role": "manager" if number == 1 else "worker", "Availability": "active"},
        "Description": {"Hostname": f"node{number}", "Platform": {"Architecture": "x86_64", "OS": "linux"},
                        "Resources": {"NanoCPUs": 8000000000, "MemoryBytes": 33000000000},
                        "Engine": {"EngineVersion": "28.0.0", "Plugins": [
                            {"Type": kind, "Name": name} for kind, names in
                            {"Log": ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "syslog"],
                             "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
                             "Volume": ["local"]}.items() for name in names]}},
        "Status": {"State": "ready", "Addr": f"192.0.2.{number % 250}"},
    }
    if number in managers:
        listed["ManagerStatus"] = managers[number]
    return listed


class Manager(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        path = url.path.split("/", 2)[-1] if url.path.startswith("/v1.") else url.path.lstrip("/")
        query = urllib.parse.parse_qs(url.query)
        stack = stack_of(query)
        answers = {
            "_ping": lambda: "OK",
            "version": lambda: {"Version": "28.0.0", "ApiVersion": "1.47", "MinAPIVersion": "1.24", "Os": "linux"},
            "info": lambda: {"Name": "node1", "ServerVersion": "28.0.0", "NCPU": 8, "MemTotal": 33000000000,
                             "Swarm": {"LocalNodeState": "active", "ControlAvailable": True, "NodeID": ident("node", 1)}},
            "nodes": lambda: [node(number) for number in range(1, self.server.nodes + 1)],
            "services": lambda: [service(stack, "backend", self.server.replicas)] if stack else [],
            "tasks": lambda: [task(stack, number, self.server.nodes)
                              for number in range(1, self.server.replicas + 1)] if stack else [],
            "volumes": lambda: {"Volumes": [], "Warnings": None},
        }
        body = answers.get(path, lambda: [])()
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Api-Version", "1.47")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

    def address_string(self):
        return "local"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


if __name__ == "__main__":
    socket = sys.argv[1]
    if os.path.exists(socket):
        os.unlink(socket)
    server = Server(socket, Manager)
    server.replicas, server.nodes = int(sys.argv[2]), int(sys.argv[3])
    server.serve_forever()
