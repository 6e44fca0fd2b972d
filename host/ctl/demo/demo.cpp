#include "ctl/demo/demo.hpp"

#include <cmath>
#include <ostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ctl/demo/agents.hpp"
#include "ctl/demo/greeter.hpp"
#include "ctl/demo/leftovers.hpp"
#include "ctl/demo/patience.hpp"
#include "ctl/demo/play.hpp"
#include "ctl/demo/proofs.hpp"
#include "ctl/demo/settings.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

namespace {

void makeScene(const DemoFolder& folder) {
    makeGreeter(folder);
    writeAgents(folder);
    writeSettings(folder);
}

void require(const std::vector<Proof>& proofs) {
    std::string failed;
    for (const auto& proof : proofs) {
        if (!proof.holds) failed += "\n  it is not so that " + proof.claim + ": " + proof.found;
    }
    if (!failed.empty()) throw Error("the demo does not hold:" + failed);
}

void append(std::vector<Proof>& proofs, std::vector<Proof> more) {
    proofs.insert(proofs.end(), more.begin(), more.end());
}

void proveAll(const DemoFolder& folder, const Records& records, const Plugs& plugs) {
    auto proofs = proveRuns(readLedger(folder.ledger()), records, plugs);
    append(proofs, proveRepository(folder, records));
    append(proofs, proveProduction(folder, records));
    require(proofs);
}

void tellLanding(Timeline& timeline, const Records& records) {
    timeline.line("✔",
                  textOf(records.task, "id") + " merged " +
                      shortSha(textOf(records.task, "merge_commit")) + " into main · deployed " +
                      textOf(records.task, "deployed_version"));
}

DemoResult resultOf(const DemoFolder& folder, const Records& records, const Play& play) {
    return {textOr(records.task, "id"),
            folder.greeter().string(),
            textOr(records.task, "merge_commit"),
            stagesOf(records),
            reworkOf(records),
            play.plugs().adopted_agents,
            readLedger(folder.ledger()).doubleRuns(),
            0};
}

void stopCleanly(DaemonProcess& daemon, const DemoFolder& folder) {
    const int code = daemon.stop();
    if (code != 0) {
        throw Error("orchd ended with " + std::to_string(code) + " on SIGTERM; see " +
                    folder.daemonLog().string());
    }
    endLeftovers(folder);
}

DemoResult perform(const DemoFolder& folder,
                   const DemoOptions& options,
                   DaemonProcess& daemon,
                   Timeline& timeline) {
    makeScene(folder);
    daemon.start();
    Play play{folder, daemon, timeline};
    const auto records = readRecords(daemon.client(), play.run());
    tellLanding(timeline, records);
    if (!options.keep) stopCleanly(daemon, folder);
    proveAll(folder, records, play.plugs());
    auto result = resultOf(folder, records, play);
    result.seconds = std::round(timeline.seconds() * 10) / 10;
    return result;
}

/// Ends what runs after a failure; what that failed with itself, to be told along.
std::string cleanUp(DaemonProcess& daemon, const DemoFolder& folder) {
    try {
        daemon.stop();
        endLeftovers(folder);
        return {};
    } catch (const std::exception& error) {
        return std::string{"\n  and "} + error.what();
    }
}

void tellEnd(std::ostream& out, const DemoOptions& options, const DemoResult& result) {
    out << "done in " << std::lround(result.seconds) << " s · " << result.stages << " stages · "
        << result.rework << " rework rounds · " << result.adopted << " adopted agent · "
        << result.double_runs << " double runs     proof: git -C "
        << harmlessLine(options.shown_folder) << "/greeter log -1 main\n";
}

}  // namespace

DemoResult runDemo(const DemoOptions& options, std::ostream& out, Terminal terminal) {
    const DemoFolder folder{options.folder};
    const InterruptGuard guard;
    const auto claim = claimDemoFolder(folder);
    out << "orchd demo · repository " << harmlessLine(options.shown_folder)
        << "/greeter (a small C program with tests) · 2 agents at once\n";
    DaemonProcess daemon{options.orchd, folder};
    try {
        Timeline timeline{out, terminal};
        const auto result = perform(folder, options, daemon, timeline);
        tellEnd(out, options, result);
        if (options.keep) {
            out << "orchd goes on; `orchctl --state-dir " << shellWord(folder.state().string())
                << " status` asks it, SIGTERM ends it\n";
            daemon.release();
        }
        return result;
    } catch (const std::exception& error) {
        throw Error(error.what() + cleanUp(daemon, folder) + "\n  everything is still in " +
                    folder.root.string());
    }
}

}  // namespace orch::ctl
