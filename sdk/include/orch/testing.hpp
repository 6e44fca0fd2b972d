#pragma once

// For tests of a plugin, without orchd: a host whose clock moves when told and whose answers are
// scripted, and a plugin driven through its C table, so that a test sees what orchd would see.
//
//     orch::FakeHost host;
//     host.setRunning({.self = orch::Life::kAlive, .jobs = {…}});
//     orch::FakePlugin plugin{host, *orch::pluginTable<Reaper>(), R"({"dead_ticks":3})"};
//     host.advance(30s);
//     EXPECT_TRUE(plugin.tick().ok());
//     EXPECT_EQ(host.finishes().size(), 1);

#include <atomic>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "orch/call.hpp"
#include "orch/detail/entries.hpp"
#include "orch/detail/fake_wire.hpp"
#include "orch/detail/sink.hpp"
#include "orch/plugin.h"
#include "orch/types.hpp"

namespace orch {
inline namespace sdk {

/// One call that reached the host, refused ones as well.
struct FakeCall {
    std::string method;
    std::string request;
    std::int32_t status = ORCH_OK;
    std::string reply;  ///< or the sentence
};
struct FakeLog {
    std::int32_t level = ORCH_LOG_INFO;
    std::string text;
};

/// How an entry ended.
struct Entered {
    std::int32_t status = ORCH_OK;
    std::string text;  ///< what it answered; with anything but ORCH_OK its sentence
    [[nodiscard]] bool ok() const { return status == ORCH_OK; }
};

/// orchd for one plugin. Methods that list answer empty lists, methods that change something
/// answer "done", until a test says otherwise. Everything but log is used by one thread.
class FakeHost {
public:
    /// Gets the request, answers the reply; both JSON objects. May throw CallFailed.
    using Script = std::function<std::string(std::string_view request)>;

    FakeHost() {
        table_ = {sizeof(orch_host),
                  ORCH_ABI,
                  this,
                  &FakeHost::log,
                  &FakeHost::call,
                  &FakeHost::extension};
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    // Time.
    void advance(Milliseconds span) {
        awake_ += span;
        suspend(span);
    }
    /// The machine sleeps: awake time stands still.
    void suspend(Milliseconds span) {
        boot_ += span;
        wall_ += span;
    }
    /// The wall clock is set; nothing else moves.
    void setWall(Milliseconds since_1970) { wall_ = since_1970; }
    [[nodiscard]] Milliseconds awake() const { return awake_; }
    [[nodiscard]] Milliseconds boot() const { return boot_; }

    // Circumstances.
    /// Only these of the methods that the plugin needs; without it, all of them.
    void grant(std::vector<std::string> methods) {
        grants_.emplace(methods.begin(), methods.end());
    }
    void setObserving(bool observing) { observing_ = observing; }
    void setProbation(bool probation) { probation_ = probation; }
    /// max_actions_per_hour is used up.
    void setHolding(bool holding) { holding_ = holding; }
    /// How long an entry may take.
    void setTimeout(Milliseconds timeout) { timeout_ = timeout; }
    /// The entry that runs, or the next one, is cancelled. Any thread.
    void cancel() { cancelled_ = true; }
    [[nodiscard]] bool cancelled() const { return cancelled_; }

    // Answers, from now on.
    void script(const std::string& method, Script script) { scripts_[method] = std::move(script); }
    void reply(const std::string& method, const std::string& json) {
        script(method, [json](std::string_view) { return json; });
    }
    void fail(const std::string& method, std::int32_t status, const std::string& sentence) {
        script(method, [=](std::string_view) -> std::string {
            throw CallFailed(status, method, sentence);
        });
    }
    void setRunning(const Running& running) {
        auto json = detail::arrayOf("jobs", running.jobs);
        json["self"] = detail::wordOf(detail::kLives, running.self);
        json["left_out"] = running.left_out;
        reply("jobs.running", detail::dump(json));
    }
    void setTasks(const std::vector<TaskSeen>& tasks) {
        reply("tasks.list", detail::dump(detail::arrayOf("tasks", tasks)));
    }
    void setLeases(const std::vector<LeaseSeen>& leases) {
        reply("leases.list", detail::dump(detail::arrayOf("leases", leases)));
    }
    void setProbe(const ProbeAnswer& answer) {
        reply("probe.http", detail::dump(detail::toJson(answer)));
    }
    void setExecStarted(const ExecStarted& started) {
        reply("exec.start", detail::dump(detail::toJson(started)));
    }
    void setExecStatus(const ExecStatus& status) {
        reply("exec.status", detail::dump(detail::toJson(status)));
    }
    void setStateDir(const std::filesystem::path& path) {
        reply("state_dir.path", detail::dump({{"path", path.string()}}));
    }
    /// What a method that changes something answers: "jobs.finish", "leases.reclaim",
    /// "notify.send".
    void setAnswer(const std::string& method, const Answer& answer) {
        reply(method, detail::dump(detail::toJson(answer)));
    }
    void onFinish(std::function<Answer(const FinishOrder&)> answer) {
        script("jobs.finish", [answer = std::move(answer)](std::string_view request) {
            const auto order = detail::readFinishOrder(detail::parseObject(request));
            return detail::dump(detail::toJson(answer(order)));
        });
    }

    // Records.
    [[nodiscard]] const std::vector<FakeCall>& calls() const { return calls_; }
    [[nodiscard]] std::vector<FakeCall> calls(std::string_view method) const {
        std::vector<FakeCall> some;
        for (const auto& call : calls_) {
            if (call.method == method) some.push_back(call);
        }
        return some;
    }
    /// What was ordered and not refused; in observe mode too.
    [[nodiscard]] std::vector<FinishOrder> finishes() const {
        return accepted<FinishOrder>("jobs.finish", detail::readFinishOrder);
    }
    [[nodiscard]] std::vector<Notice> notices() const {
        return accepted<Notice>("notify.send", detail::readNotice);
    }
    [[nodiscard]] std::vector<FakeLog> logs() const {
        const std::lock_guard lock{logs_mutex_};
        return logs_;
    }
    void forgetCalls() { calls_.clear(); }

    [[nodiscard]] const orch_host& table() const { return table_; }

private:
    friend class FakePlugin;

    static void log(void* context, std::int32_t level, orch_text text) {
        auto& self = *static_cast<FakeHost*>(context);
        const std::lock_guard lock{self.logs_mutex_};
        self.logs_.push_back({level, std::string{detail::view(text)}});
    }
    static std::int32_t call(void* context, orch_text method, orch_text request, orch_sink sink) {
        auto& self = *static_cast<FakeHost*>(context);
        FakeCall call{std::string{detail::view(method)}, std::string{detail::view(request)}, 0, {}};
        if (std::this_thread::get_id() !=
            self.entry_thread_) {  // another's: no record without lock
            detail::put(sink, detail::meaning(ORCH_MISUSE));
            return ORCH_MISUSE;
        }
        self.serve(call);
        if (!detail::put(sink, call.reply)) call.status = ORCH_FAILED;
        self.calls_.push_back(call);
        return call.status;
    }
    static const void* extension(void*, const char*) { return nullptr; }

    void serve(FakeCall& call) {
        try {
            call.reply = answerTo(call);
        } catch (const CallFailed& failure) {
            call.status = failure.status();
            call.reply = failure.sentence();
        } catch (const detail::BadJson& bad) {
            call.status = ORCH_BAD_REQUEST;
            call.reply = bad.what();
        }
    }
    [[nodiscard]] std::string answerTo(const FakeCall& call) {
        const auto* rule = detail::ruleOf(call.method);
        const auto scripted = scripts_.find(call.method);
        if (rule == nullptr && scripted == scripts_.end()) refuse(ORCH_UNKNOWN_METHOD, call);
        if (!mayCall(call.method)) refuse(ORCH_DENIED, call);
        if (cancelled_) refuse(ORCH_CANCELLED, call);
        const auto request = detail::parseObject(call.request);
        if (rule != nullptr) detail::checkRequest(*rule, request);
        if (rule != nullptr && rule->changes && observing_) return R"({"result":"observed"})";
        if (rule != nullptr && rule->changes && holding_) return R"({"result":"held"})";
        if (scripted != scripts_.end()) return scripted->second(call.request);
        return unscripted(call);
    }
    [[nodiscard]] std::string unscripted(const FakeCall& call) {
        if (call.method == "jobs.running") return R"({"self":"alive","jobs":[]})";
        if (call.method == "tasks.list") return R"({"tasks":[]})";
        if (call.method == "leases.list") return R"({"leases":[]})";
        if (call.method == "journal.write") return detail::dump({{"seq", ++journal_rows_}});
        if (call.method == "exec.start") return R"({"result":"done","job":1})";
        if (detail::ruleOf(call.method)->changes) return R"({"result":"done"})";
        throw CallFailed(ORCH_FAILED, call.method, "this FakeHost has no answer scripted for it");
    }
    [[noreturn]] static void refuse(std::int32_t status, const FakeCall& call) {
        throw CallFailed(status, call.method, detail::meaning(status));
    }
    [[nodiscard]] bool mayCall(const std::string& method) const {
        return needs_.contains(method) && (!grants_ || grants_->contains(method));
    }
    template <class Order, class Read>
    [[nodiscard]] std::vector<Order> accepted(std::string_view method, const Read& read) const {
        std::vector<Order> orders;
        for (const auto& call : calls(method)) {
            if (call.status == ORCH_OK) orders.push_back(read(detail::parseObject(call.request)));
        }
        return orders;
    }

    /// While it lives an entry runs, on this thread.
    class Inside {
    public:
        explicit Inside(FakeHost& host) : host_(host) {
            host_.entry_thread_ = std::this_thread::get_id();
        }
        ~Inside() {
            host_.entry_thread_ = std::thread::id{};
            host_.cancelled_ = false;
        }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        FakeHost& host_;
    };
    [[nodiscard]] orch_tick tickNow(std::uint64_t number, std::uint64_t missed) const {
        const auto flags =
            (observing_ ? ORCH_TICK_OBSERVE : 0U) | (probation_ ? ORCH_TICK_PROBATION : 0U);
        return {sizeof(orch_tick),
                flags,
                number,
                missed,
                awake_.count(),
                boot_.count(),
                wall_.count(),
                (awake_ + timeout_).count(),
                this,
                [](const void* context) -> std::int32_t {
                    return static_cast<const FakeHost*>(context)->cancelled_ ? 1 : 0;
                }};
    }

    orch_host table_{};
    Milliseconds awake_{std::chrono::hours{1}};
    Milliseconds boot_{std::chrono::hours{2}};
    Milliseconds wall_{1'795'000'000'000};  // in November 2026
    Milliseconds timeout_{std::chrono::seconds{30}};
    std::set<std::string> needs_;
    std::optional<std::set<std::string>> grants_;
    bool observing_ = false;
    bool probation_ = false;
    bool holding_ = false;
    std::atomic<bool> cancelled_ = false;
    std::map<std::string, Script> scripts_;
    std::vector<FakeCall> calls_;
    std::int64_t journal_rows_ = 0;
    std::atomic<std::thread::id> entry_thread_;
    mutable std::mutex logs_mutex_;
    std::vector<FakeLog> logs_;
};

/// One generation of a plugin, driven through its C table. The host must outlive it.
class FakePlugin {
public:
    /// `settings` as orchd gives them: durations in milliseconds, sizes in bytes. Throws
    /// std::runtime_error with the plugin's sentence when it cannot be created.
    FakePlugin(FakeHost& host, const orch_plugin& table, std::string_view settings = "{}")
        : host_(host), table_(table) {
        host_.needs_ = wordsOf(table.needs);
        const FakeHost::Inside inside{host_};
        detail::Collected error;
        instance_ = table.create(&host_.table(), detail::borrow(settings), error.sink());
        if (instance_ == nullptr) throw std::runtime_error(error.text());
    }
    ~FakePlugin() {
        const FakeHost::Inside inside{host_};
        table_.destroy(instance_);
    }
    FakePlugin(const FakePlugin&) = delete;
    FakePlugin& operator=(const FakePlugin&) = delete;

    /// Now; the clock does not move by itself.
    Entered tick(std::uint64_t missed = 0) {
        const FakeHost::Inside inside{host_};
        const auto now = host_.tickNow(++ticks_, missed);
        detail::Collected error;
        const auto status = table_.tick(instance_, &now, error.sink());
        return {status, error.text()};
    }
    [[nodiscard]] bool has(const char* extension) const {
        return table_.get_extension(extension) != nullptr;
    }
    Entered snapshot() {
        const auto& table = ability<orch_ext_snapshot>(ORCH_EXT_SNAPSHOT);
        const FakeHost::Inside inside{host_};
        detail::Collected object{64 * 1024};
        const auto status = table.snapshot(instance_, object.sink());
        if (status == ORCH_OK) static_cast<void>(detail::parseObject(object.text()));
        return {status, object.text()};
    }
    Entered save() {
        const auto& table = ability<orch_ext_state>(ORCH_EXT_STATE);
        const FakeHost::Inside inside{host_};
        detail::Collected state, error;
        const auto status = table.save(instance_, state.sink(), error.sink());
        return {status, status == ORCH_OK ? state.text() : error.text()};
    }
    Entered load(std::uint32_t schema, std::string_view state) {
        const auto& table = ability<orch_ext_state>(ORCH_EXT_STATE);
        const FakeHost::Inside inside{host_};
        detail::Collected error;
        const auto status = table.load(instance_, schema, detail::borrow(state), error.sink());
        return {status, error.text()};
    }
    /// The text is the answer as JSON.
    Entered run(const ReservedJob& job) { return runText(detail::dump(detail::toJson(job))); }
    /// The same with the job as JSON, or with what is none.
    Entered runText(const std::string& job) {
        const auto& table = ability<orch_ext_jobs>(ORCH_EXT_JOBS);
        const FakeHost::Inside inside{host_};
        const auto now = host_.tickNow(ticks_, 0);
        detail::Collected answer, error;
        const auto status =
            table.run(instance_, &now, detail::borrow(job), answer.sink(), error.sink());
        return {status, status == ORCH_OK ? answer.text() : error.text()};
    }
    [[nodiscard]] const orch_plugin& table() const { return table_; }

private:
    static std::set<std::string> wordsOf(const char* text) {
        std::istringstream words{text == nullptr ? "" : text};
        return {std::istream_iterator<std::string>{words}, {}};
    }
    template <class Table>
    [[nodiscard]] const Table& ability(const char* id) const {
        const auto* table = table_.get_extension(id);
        if (table == nullptr) throw std::logic_error(std::string{"the plugin has no "} + id);
        return *static_cast<const Table*>(table);
    }

    FakeHost& host_;
    const orch_plugin& table_;
    orch_instance* instance_ = nullptr;
    std::uint64_t ticks_ = 0;
};

}  // namespace sdk
}  // namespace orch
