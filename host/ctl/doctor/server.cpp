#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/process.hpp"
#include "ctl/client.hpp"
#include "ctl/doctor/checks.hpp"
#include "ctl/exit_code.hpp"
#include "ctl/port.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

namespace {

std::string addressOf(const ServerConfig& server) {
    const bool six = server.host.find(':') != std::string::npos;
    return (six ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

Finding runningOne(const DaemonFile& daemon, const std::string& state_dir) {
    const Client client{endpointOf(state_dir, "the configuration's state_dir")};
    const auto who = "orchd " + daemon.version + (daemon.version.empty() ? "" : " ") + "runs at " +
                     daemon.url + " (pid " + std::to_string(daemon.pid) + ")";
    if (!client.lives()) {
        return {"orchd",
                Health::kFail,
                who + " and does not answer on " + client.endpoint().place(),
                "look at its output; stopping it is safe: agents go on, and the next start finds "
                "them"};
    }
    if (!daemon.version.empty() && daemon.version != ORCH_VERSION) {
        return {"orchd",
                Health::kWarn,
                who + "; this orchctl is " ORCH_VERSION,
                "use programs of one version: restart orchd, agents go on meanwhile"};
    }
    return {"orchd",
            Health::kOk,
            who + "; orchctl speaks to it through " + client.endpoint().place(),
            {}};
}

/// What the orchd that runs holds, and why: it looked from where it stands.
void lookAtHeld(const std::string& state_dir, Findings& findings) {
    const Client client{endpointOf(state_dir, "the configuration's state_dir")};
    const auto answer = client.get("/api/v1/projects");
    for (const auto& project : listOf(answer, "projects")) {
        if (textOf(project, "state") != "held") continue;
        const auto name = textOf(project, "name");
        findings.push_back({"project " + name,
                            Health::kFail,
                            "held by the orchd that runs: " + textOr(project, "sentence"),
                            "mend that, then: orchctl project retry " + name});
    }
}

Finding port(const ServerConfig& server, const std::string& file) {
    const auto address = addressOf(server);
    if (server.port == 0) return {"port", Health::kOk, "any free one on " + server.host, {}};
    const auto trouble = portTrouble(server.host, server.port);
    if (!trouble) return {"port", Health::kOk, address + " is free", {}};
    if (!trouble->taken) {
        return {"port",
                Health::kFail,
                address + " cannot be used: " + trouble->what,
                "name another address under server.listen in " + file};
    }
    return {"port",
            Health::kFail,
            address + " is taken, and not by the orchd of this configuration",
            "end what listens there (ss -ltnp shows it), or name another port under server.listen "
            "in " +
                file};
}

}  // namespace

void lookAtServer(const SetUp& set_up, Findings& findings) {
    const auto& state_dir = set_up.config.state_dir;
    const auto daemon = readDaemonFile(state_dir / "daemon.json");
    const bool lives = daemon && daemon->pid > 0 && identityOf(static_cast<pid_t>(daemon->pid));
    if (lives) {
        findings.push_back(runningOne(*daemon, state_dir.string()));
        if (findings.back().health == Health::kFail) return;
        try {
            lookAtHeld(state_dir.string(), findings);
        } catch (const Error& error) {
            findings.push_back({"projects", Health::kWarn, error.what(), "orchctl project list"});
        }
        return;
    }
    findings.push_back(port(set_up.config.server, set_up.file));
    findings.push_back({"orchd", Health::kOk, "does not run", {}});
}

}  // namespace orch::ctl
