#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "orch/call.hpp"
#include "orch/detail/replies.hpp"
#include "orch/detail/requests.hpp"
#include "orch/types.hpp"

// What a plugin may ask of orchd; sdk/docs/services.md is the contract of each method.
//
// All of it (but log) is called inside an entry, on the entry's thread, and throws CallFailed, or
// Cancelled when the plugin should return. A method must stand in the descriptor's `needs` and be
// granted by the configuration.

namespace orch {
inline namespace sdk {

class Jobs {
public:
    explicit Jobs(const orch_host& host) : host_(host) {}
    /// Every attempt whose row says running, looked at just now. With `alive_after` those are left
    /// out whose lock is held and that have not run for so long: of many that are well a plugin
    /// then hears a number alone.
    [[nodiscard]] Running running(std::optional<Milliseconds> alive_after = {}) const {
        detail::Json request = detail::Json::object();
        if (alive_after) request["alive_after_ms"] = alive_after->count();
        return detail::call(host_, "jobs.running", request, detail::readRunning);
    }
    /// Says why an attempt is over; orchd looks again and decides what becomes of it.
    Answer finish(const FinishOrder& order) const {
        return detail::call(host_, "jobs.finish", detail::toJson(order), detail::readAnswer);
    }

private:
    const orch_host& host_;
};

class Tasks {
public:
    explicit Tasks(const orch_host& host) : host_(host) {}
    /// Newest first.
    [[nodiscard]] std::vector<TaskSeen> list(const TaskFilter& filter = {}) const {
        return detail::call(host_, "tasks.list", detail::toJson(filter), detail::readTasks);
    }

private:
    const orch_host& host_;
};

class Leases {
public:
    explicit Leases(const orch_host& host) : host_(host) {}
    [[nodiscard]] std::vector<LeaseSeen> list() const {
        return detail::call(host_, "leases.list", detail::Json::object(), detail::readLeases);
    }
    /// Deletes the lease's file if it still carries `token` (nothing: is still damaged) and orchd
    /// finds it stale too.
    Answer reclaim(const std::string& repository,
                   std::optional<std::int64_t> token,
                   const Why& why) const {
        detail::Json request{{"repository", repository}, {"why", detail::toJson(why)}};
        detail::setIfThere(request, "token", token);
        return detail::call(host_, "leases.reclaim", request, detail::readAnswer);
    }

private:
    const orch_host& host_;
};

class Notify {
public:
    explicit Notify(const orch_host& host) : host_(host) {}
    /// kNothing when the same was said before.
    Answer send(const Notice& notice) const {
        return detail::call(host_, "notify.send", detail::toJson(notice), detail::readAnswer);
    }

private:
    const orch_host& host_;
};

class Journal {
public:
    explicit Journal(const orch_host& host) : host_(host) {}
    /// What the plugin thinks, without any effect; answers the row's number. At most 60 an hour,
    /// then it throws CallFailed with later().
    std::int64_t write(const Why& why, const std::string& subject = {}) const {
        auto request = detail::toJson(why);
        detail::setIfThere(request, "subject", subject);
        return detail::call(host_, "journal.write", request, [](const detail::Json& reply) {
            return detail::Members{reply}.required<std::int64_t>("seq");
        });
    }

private:
    const orch_host& host_;
};

class StateDir {
public:
    explicit StateDir(const orch_host& host) : host_(host) {}
    /// A folder of the plugin's own, mode 0700; it is there.
    [[nodiscard]] std::filesystem::path path() const {
        return detail::call(host_,
                            "state_dir.path",
                            detail::Json::object(),
                            [](const detail::Json& reply) -> std::filesystem::path {
                                auto path = detail::Members{reply}.text("path");
                                if (path.empty()) throw detail::BadJson("\"path\" is missing");
                                return path;
                            });
    }

private:
    const orch_host& host_;
};

class Probe {
public:
    explicit Probe(const orch_host& host) : host_(host) {}
    /// One GET request. What goes wrong out there is an outcome, not an exception.
    [[nodiscard]] ProbeAnswer http(const HttpProbe& probe) const {
        return detail::call(host_, "probe.http", detail::toJson(probe), detail::readProbe);
    }

private:
    const orch_host& host_;
};

class Exec {
public:
    explicit Exec(const orch_host& host) : host_(host) {}
    /// Returns at once; ask for the status at later ticks.
    [[nodiscard]] ExecStarted start(const ExecOrder& order) const {
        return detail::call(host_, "exec.start", detail::toJson(order), detail::readExecStarted);
    }
    [[nodiscard]] ExecStatus status(std::int64_t job) const {
        return detail::call(host_, "exec.status", {{"job", job}}, detail::readExecStatus);
    }

private:
    const orch_host& host_;
};

enum class Level : std::int32_t {
    kDebug = ORCH_LOG_DEBUG,
    kInfo = ORCH_LOG_INFO,
    kWarning = ORCH_LOG_WARNING,
    kError = ORCH_LOG_ERROR
};

/// orchd, as a plugin sees it. A value: copy it freely. Valid until the plugin's destructor has
/// returned.
class Host {
public:
    explicit Host(const orch_host& host) noexcept : host_(&host) {}

    [[nodiscard]] Jobs jobs() const { return Jobs{*host_}; }
    [[nodiscard]] Tasks tasks() const { return Tasks{*host_}; }
    [[nodiscard]] Leases leases() const { return Leases{*host_}; }
    [[nodiscard]] Notify notify() const { return Notify{*host_}; }
    [[nodiscard]] Journal journal() const { return Journal{*host_}; }
    [[nodiscard]] StateDir stateDir() const { return StateDir{*host_}; }
    [[nodiscard]] Probe probe() const { return Probe{*host_}; }
    [[nodiscard]] Exec exec() const { return Exec{*host_}; }

    /// Any thread. For whoever looks for a mistake in the plugin; a decision belongs into the
    /// journal.
    void log(Level level, std::string_view text) const noexcept {
        host_->log(host_->context, static_cast<std::int32_t>(level), detail::borrow(text));
    }
    /// Any method, also one that this SDK does not know yet: JSON object → JSON object.
    [[nodiscard]] std::string call(const std::string& method, std::string_view request) const {
        return detail::callText(*host_, method, request);
    }

private:
    const orch_host* host_;
};

}  // namespace sdk
}  // namespace orch
