#include "pipeline/artefacts.hpp"

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/untrusted.hpp"
#include "pipeline/deploy_log.hpp"

namespace orch {

namespace {

constexpr std::uint64_t kLimit = 1'000'000;

}  // namespace

std::string snapshotArtefact(const Setup& setup, TaskId task, const std::string& artefact) {
    if (artefact.empty()) return {};
    // A link could lead to what the agent cannot read and orchd can.
    const auto content = readUntrusted(setup.taskFolder(task), artefact, kLimit).text;
    if (!content) return {};
    const auto hash = sha256(*content);
    ensureFolder(setup.snapshots(task));
    replaceFile(setup.snapshots(task) / hash, *content);
    return hash;
}

std::string artefactTrouble(const Setup& setup, TaskId task, const std::string& artefact) {
    const auto found = readUntrusted(setup.taskFolder(task), artefact, kLimit);
    // Somebody may have written it since.
    if (found.absent || found.text) return artefact + " was not written";
    return artefact + " " + found.trouble;
}

std::optional<Artefact> readSnapshot(const Setup& setup, TaskId task, const std::string& hash) {
    if (hash.empty()) return {};
    auto content = readUntrusted(setup.snapshots(task), hash, kLimit).text;
    if (!content || sha256(*content) != hash) return {};
    return Artefact{hash, std::move(*content)};
}

std::optional<Artefact> readDeployLog(const Setup& setup, TaskId task) {
    auto content = readUntrusted(setup.taskFolder(task), kDeployLog, kLimit).text;
    if (!content) return {};
    auto hash = sha256(*content);
    return Artefact{std::move(hash), std::move(*content)};
}

}  // namespace orch
