#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "base/error.hpp"
#include "lease/file_leases.hpp"
#include "lease/lease_name.hpp"
#include "lease/lease_text.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// One folder of leases, a clock that moves when told, and processes that are dead when told.
struct LeaseWorld {
    static constexpr Milliseconds kTtl = 10min;
    static constexpr pid_t kFirst = 101, kSecond = 102;

    TempDir temp;
    std::filesystem::path folder = temp / "merge";
    std::string repository = (temp / "app").string();
    Milliseconds now = 1h;
    std::set<pid_t> dead;
    std::int64_t tokens = 0;

    /// The machine as process `pid` sees it.
    Machine machine(pid_t pid, const std::string& host = "here", const std::string& boot = "boot") {
        return {.host = host,
                .boot_id = boot,
                .self = {pid, 1},
                .now = [this] { return now; },
                .observe =
                    [this](const ProcessIdentity& who) {
                        return dead.contains(who.pid) ? Liveness::kDead : Liveness::kAlive;
                    }};
    }
    MergeLeases::Request request() {
        return {repository, "T-3", {JobId{7}, 2}, [this] { return ++tokens; }};
    }
    [[nodiscard]] std::string name() const { return leaseNameOf(repository); }
    [[nodiscard]] std::filesystem::path file(const std::string& kind) const {
        return folder / (name() + "." + kind);
    }
    [[nodiscard]] std::optional<Lease> onDisk() const {
        const auto text = readFile(file("lease"));
        return text ? readLease(*text) : std::nullopt;
    }
    [[nodiscard]] std::int64_t tokenOnDisk() const {
        const auto lease = onDisk();
        return lease ? lease->token : 0;
    }
    void write(const std::string& kind, const std::string& content) const {
        std::ofstream(file(kind)) << content;
    }
    /// A lease that somebody else wrote, of a process that nobody holds a lock for.
    [[nodiscard]] Lease foreign() const {
        return {.repository = name(),
                .token = 40,
                .host = "here",
                .boot_id = "boot",
                .holder = {77, 1},
                .task = "T-9",
                .job = {JobId{1}, 1},
                .acquired = now,
                .renewed = now,
                .ttl = kTtl};
    }
};

/// The proof out of an answer that must be one.
inline LeaseProof proof(std::variant<LeaseProof, MergeLeases::Busy> answer) {
    if (const auto* busy = std::get_if<MergeLeases::Busy>(&answer)) throw Error(busy->reason);
    return std::get<LeaseProof>(std::move(answer));
}

/// Why the lease is not to be had; empty when it was.
inline std::string busy(const std::variant<LeaseProof, MergeLeases::Busy>& answer) {
    const auto* busy = std::get_if<MergeLeases::Busy>(&answer);
    return busy != nullptr ? busy->reason : "";
}

/// The sentence with which a proof or holding refuses to be used; empty when it does not.
template <typename Held>
std::string refusal(const Held& held) {
    try {
        held.require();
        return "";
    } catch (const LeaseLost& lost) {
        return lost.what();
    }
}

}  // namespace orch::testing
