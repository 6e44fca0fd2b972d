#include "plugin/plugin_jobs.hpp"

#include <iostream>

#include "base/error.hpp"
#include "plugin/job_text.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kAfterFailure{5};

HandlerAnswer answerOf(const EntryOutcome& outcome, const std::string& text, Instant now) {
    using Kind = EntryOutcome::Kind;
    if (outcome.kind == Kind::kFailed) return {HandlerAnswer::Kind::kFailed, outcome.error};
    try {
        return readAnswer(text, now);
    } catch (const PluginError& error) {
        return {HandlerAnswer::Kind::kFailed, error.what()};
    }
}

}  // namespace

PluginJobs::PluginJobs(std::shared_ptr<LoadedPlugin> plugin,
                       Worker& worker,
                       Lanes& lanes,
                       Alarm& alarm)
    : plugin_(std::move(plugin)),
      name_(plugin_->def().name),
      agents_(plugin_->table().agents),
      worker_(worker),
      lanes_(lanes),
      alarm_(alarm) {}

void PluginJobs::follow() {
    if (agents_.empty()) return;
    lanes_.post("plugin-jobs:" + name_, [self = shared_from_this()] {
        try {
            self->followNow();
        } catch (const StoreError& error) {
            std::cerr << "orchd: plugin " << self->name_
                      << ": its jobs could not be given back, again in 5 s: " << error.what()
                      << "\n";
            self->alarm_.set("plugin-jobs:" + self->name_,
                             AwakeTime::clock::now() + kAfterFailure,
                             [self] { self->follow(); });
        }
    });
}

void PluginJobs::followNow() {
    const std::lock_guard lock(mutex_);
    if (closed_ || !plugin_->on()) return withdraw();
    for (const auto& agent : agents_) {
        worker_.serve(agent,
                      {.run = [self = shared_from_this()](const Job& job) { self->run(job); },
                       .asks_forge = false,
                       .answers = true});
    }
}

void PluginJobs::withdraw() {
    for (const auto& agent : agents_) worker_.reserved().withdraw(agent);
}

void PluginJobs::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    withdraw();
}

void PluginJobs::run(const Job& job) {
    const auto permit = plugin_->permit();
    plugin_->run(jobText(job),
                 [self = shared_from_this(), job, permit](const EntryOutcome& outcome,
                                                          const std::string& text) {
                     self->answered(job, outcome, text, permit);
                 });
}

// On the generation's thread, or on that of the one who retires it. A run that was dropped or
// cancelled has no answer: withdraw() gives its job back, and a plugin that goes on gets it again.
void PluginJobs::answered(const Job& job,
                          const EntryOutcome& outcome,
                          const std::string& text,
                          Permit permit) {
    using Kind = EntryOutcome::Kind;
    if (outcome.kind == Kind::kDropped) return;
    auto answer = outcome.kind == Kind::kCancelled
                      ? HandlerAnswer{HandlerAnswer::Kind::kAgain, "its run was cancelled"}
                      : answerOf(outcome, text, plugin_->now().at);
    answer.permit = [gate = plugin_->gate(), permit](Tx&) { return gate->permits(permit); };
    lanes_.post("job:" + name(job.key()), [self = shared_from_this(), key = job.key(), answer] {
        self->answer(key, answer);
    });
}

void PluginJobs::answer(AttemptKey key, const HandlerAnswer& answer) {
    try {
        (void)worker_.reserved().answer(key, answer);
    } catch (const StoreError& error) {
        std::cerr << "orchd: the answer to job " << name(key)
                  << " could not be written, again in 5 s: " << error.what() << "\n";
        const auto again = [self = shared_from_this(), key, answer] { self->answer(key, answer); };
        alarm_.set("answer:" + name(key),
                   AwakeTime::clock::now() + kAfterFailure,
                   [self = shared_from_this(), key, again] {
                       self->lanes_.post("job:" + name(key), again);
                   });
    }
}

}  // namespace orch
