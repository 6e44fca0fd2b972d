#include "pipeline/commands.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/untrusted.hpp"

namespace orch {

namespace {

constexpr std::string_view kPrefix = "plugin:";
constexpr std::uint64_t kKeptOutput = 16U << 10U;

std::string agentOf(const std::string& plugin) {
    return std::string{kPrefix} + plugin;
}

bool isPartOfId(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

struct Found {
    Job job;
    std::optional<int> signal;
};

std::optional<Found> find(Connection& db, const std::string& plugin, JobId id) {
    const auto job = findJob(db, id);
    if (!job || job->payload.kind != WorkKind::kCommand || job->agent != agentOf(plugin)) return {};
    const auto attempts = attemptsOf(db, id);
    return Found{*job, attempts.empty() ? std::nullopt : attempts.back().signal};
}

}  // namespace

NewJob commandJob(const CommandOrder& order, const Mask& mask) {
    std::vector<std::string> words;
    for (const auto& word : order.command) words.push_back(mask.asTemplate(word));
    const auto agent = agentOf(order.plugin);
    return {.agent = agent,
            .lane = Lane::kExec,
            .payload = {.kind = WorkKind::kCommand,
                        .command = std::move(words),
                        .timeout = order.timeout},
            .unique_key = order.key.empty() ? "" : agent + ":" + order.key};
}

std::vector<std::string> commandOf(const Job& job, const Mask& mask) {
    std::vector<std::string> words;
    for (const auto& word : job.payload.command) words.push_back(mask.fill(word));
    return words;
}

std::filesystem::path commandFolder(const Setup& setup, const std::string& agent) {
    const bool plugin = agent.starts_with(kPrefix);
    const auto id = plugin ? agent.substr(kPrefix.size()) : std::string{};
    if (id.empty() || !std::ranges::all_of(id, isPartOfId)) {
        throw Error("cannot run a command for \"" + agent + "\": it names no plugin");
    }
    return setup.state_dir / "plugins" / id;
}

std::optional<CommandResult> commandResult(Store& store,
                                           const Launcher& launcher,
                                           const std::string& plugin,
                                           JobId id) {
    const auto found = store.read([&](Connection& db) { return find(db, plugin, id); });
    if (!found) return {};
    const auto& job = found->job;
    CommandResult result{.status = job.status,
                         .exit_code = job.exit_code,
                         .signal = found->signal,
                         .reason = job.reason};
    if (job.attempt > 0) {
        const auto log = launcher.folderOf(job.key()) / "out.log";
        const auto tail = tailUntrusted(log.parent_path(), log.filename(), kKeptOutput);
        result.output = cleanUtf8(tail.text.value_or(""));
    }
    return result;
}

}  // namespace orch
