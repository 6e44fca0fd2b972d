#include "pipeline/repositories.hpp"

#include <algorithm>
#include <exception>
#include <iostream>
#include <random>

#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/meta.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kAfterFailure{5};
constexpr std::size_t kLongestCause = 1'000;
/// A repository may hang, and the lanes' threads are for those that are open, too.
constexpr int kLooksAtOnce = 2;
/// A cause that reads differently at each look is not told for ever.
constexpr std::size_t kMostCauses = 8;

std::string alarmOf(const std::string& project) {
    return "project:" + project;
}

double jitter() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<>{0.75, 1.0}(random);
}

/// Nothing when the repository can be worked with.
std::optional<std::string> troubleOf(Forge& forge) {
    try {
        forge.prepare();
        return {};
    } catch (const std::exception& error) {
        return shorten(cleanUtf8(error.what()), kLongestCause);
    }
}

/// What is written down of a hold, so that a restart neither tells it again nor forgets to tell its
/// end.
struct NotedHold {
    Instant since;
    std::string cause;
};

std::optional<NotedHold> notedHold(Connection& db, const std::string& project) {
    const auto cause = readMeta(db, meta_key::kHeldCause + project);
    if (!cause || cause->empty()) return {};
    const auto since = readMetaNumber(db, meta_key::kHeldSince + project);
    return NotedHold{fromMilliseconds(since.value_or(0)), *cause};
}

void writeHold(Tx& tx, const ProjectStatus& held) {
    const auto since = std::to_string(toMilliseconds(held.since));
    const auto words = "project " + held.name + " is held: " + held.cause;
    writeMeta(tx.db(), meta_key::kHeldSince + held.name, since);
    writeMeta(tx.db(), meta_key::kHeldCause + held.name, held.cause);
    const auto seq = writeJournal(tx,
                                  {.actor = "repositories",
                                   .subject = "project " + held.name,
                                   .rule = "project_held",
                                   .decision = words,
                                   .evidence = {{"project", held.name}, {"cause", held.cause}}});
    writeOutbox(tx,
                {.kind = "notify",
                 .target = held.name,
                 .subject = "project " + held.name,
                 .text = words + " (it is looked at again by itself; the others are served)",
                 .key = "project:" + std::to_string(seq)});
}

void writeOpened(Tx& tx, const std::string& project, const NotedHold& hold) {
    const auto words = "project " + project + " is open again, after " +
                       spokenDuration(std::max(Milliseconds{0}, tx.at() - hold.since));
    writeMeta(tx.db(), meta_key::kHeldCause + project, "");
    const auto seq = writeJournal(tx,
                                  {.actor = "repositories",
                                   .subject = "project " + project,
                                   .rule = "project_open",
                                   .decision = words,
                                   .evidence = {{"project", project}, {"cause", hold.cause}}});
    writeOutbox(tx,
                {.kind = "notify",
                 .target = project,
                 .subject = "project " + project,
                 .text = words,
                 .key = "project:" + std::to_string(seq)});
}

}  // namespace

Repositories::Repositories(Store& store, Lanes& lanes, Alarm& alarm, LookPace pace)
    : store_(store), lanes_(lanes), alarm_(alarm), pace_(pace) {}

void Repositories::add(const std::string& project, Forge& forge) {
    const std::lock_guard lock(mutex_);
    entries_[project] = {.forge = &forge,
                         .status = {.name = project, .since = store_.clock().now().at}};
}

void Repositories::whenOpen(std::function<void(const std::string&)> call) {
    when_open_.push_back(std::move(call));
}

void Repositories::whenTold(std::function<void()> told) {
    told_ = std::move(told);
}

void Repositories::openAll() {
    for (const auto& project : closed()) postLook(project);
}

bool Repositories::lookNow(const std::string& project) {
    if (!knows(project)) return false;
    postLook(project);
    return true;
}

void Repositories::postLook(const std::string& project) {
    {
        const std::lock_guard lock(mutex_);
        auto& entry = entries_.at(project);
        if (entry.posted || entry.status.state == ProjectState::kOpen) return;
        entry.posted = true;
        entry.status.next_look.reset();
        waiting_.push_back(project);
    }
    beginLooks();
}

void Repositories::beginLooks() {
    std::vector<std::string> next;
    {
        const std::lock_guard lock(mutex_);
        for (; looking_ < kLooksAtOnce && !waiting_.empty(); ++looking_) {
            next.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
    }
    for (const auto& project : next) {
        lanes_.post(laneOf(project), [this, project] { lookOnLane(project); });
    }
}

void Repositories::lookOnLane(const std::string& project) {
    {
        const std::lock_guard lock(mutex_);
        entries_.at(project).posted = false;
    }
    look(project);
    {
        const std::lock_guard lock(mutex_);
        --looking_;
    }
    beginLooks();
}

void Repositories::look(const std::string& project) {
    Forge* forge = nullptr;
    {
        const std::lock_guard lock(mutex_);
        const auto& entry = entries_.at(project);
        if (entry.status.state == ProjectState::kOpen) return;  // opened by an earlier look
        forge = entry.forge;
    }
    restore(project);
    if (const auto trouble = troubleOf(*forge)) return hold(project, *trouble);
    opened(project);
}

/// What an earlier orchd held is held on, and was told.
void Repositories::restore(const std::string& project) {
    {
        const std::lock_guard lock(mutex_);
        if (entries_.at(project).looked) return;
    }
    try {
        const auto noted = store_.read([&](Connection& db) { return notedHold(db, project); });
        const std::lock_guard lock(mutex_);
        auto& entry = entries_.at(project);
        entry.looked = true;
        if (!noted) return;
        entry.status.state = ProjectState::kHeld;
        entry.status.since = noted->since;
        entry.status.cause = noted->cause;
        entry.told = {noted->cause};
    } catch (const StoreError& error) {
        std::cerr << "orchd: cannot read whether project " << project
                  << " was held: " << error.what() << "\n";
    }
}

Milliseconds Repositories::delayAfter(int failures) const {
    constexpr int kMostDoublings = 20;
    const auto doubled = pace_.first * (1 << std::min(failures - 1, kMostDoublings));
    return std::chrono::duration_cast<Milliseconds>(std::min(pace_.most, doubled) * jitter());
}

void Repositories::hold(const std::string& project, const std::string& cause) {
    const auto now = store_.clock().now().at;
    Milliseconds delay{};
    {
        const std::lock_guard lock(mutex_);
        auto& entry = entries_.at(project);
        if (entry.status.state != ProjectState::kHeld) entry.status.since = now;
        entry.status.state = ProjectState::kHeld;
        entry.status.cause = cause;
        delay = delayAfter(++entry.failures);
        entry.status.next_look = now + delay;
    }
    alarm_.set(alarmOf(project), std::chrono::steady_clock::now() + delay, [this, project] {
        postLook(project);
    });
    try {
        noteHold(project, cause);
    } catch (const std::exception& error) {
        // It is in force all the same; the next look writes it down.
        std::cerr << "orchd: cannot note that project " << project << " is held (" << cause
                  << "): " << error.what() << "\n";
    }
}

void Repositories::noteHold(const std::string& project, const std::string& cause) {
    ProjectStatus held;
    {
        const std::lock_guard lock(mutex_);
        const auto& entry = entries_.at(project);
        if (entry.told.contains(cause) || entry.told.size() >= kMostCauses) return;
        held = entry.status;
    }
    std::cerr << "orchd: project " << project << " is held: " << cause << "\n";
    store_.write([&](Tx& tx) { writeHold(tx, held); });
    {
        const std::lock_guard lock(mutex_);
        entries_.at(project).told.insert(cause);
    }
    told_();
}

void Repositories::opened(const std::string& project) {
    {
        const std::lock_guard lock(mutex_);
        auto& entry = entries_.at(project);
        entry.status = {.name = project,
                        .state = ProjectState::kOpen,
                        .since = store_.clock().now().at,
                        .cause = {},
                        .next_look = {}};
        entry.failures = 0;
    }
    alarm_.clear(alarmOf(project));
    try {
        noteOpened(project);
    } catch (const std::exception& error) {
        // What is noted of the hold stays: the next opening tells its end.
        std::cerr << "orchd: cannot note that project " << project << " is open: " << error.what()
                  << "\n";
    }
    wake(project);
}

void Repositories::noteOpened(const std::string& project) {
    {
        const std::lock_guard lock(mutex_);
        if (entries_.at(project).told.empty()) return;
    }
    store_.write([&](Tx& tx) {
        if (const auto noted = notedHold(tx.db(), project)) writeOpened(tx, project, *noted);
    });
    {
        const std::lock_guard lock(mutex_);
        entries_.at(project).told.clear();
    }
    told_();
}

void Repositories::wake(const std::string& project) {
    try {
        for (const auto& call : when_open_) call(project);
    } catch (const std::exception& error) {
        std::cerr << "orchd: waking what waits for project " << project
                  << " failed, again in 5 s: " << error.what() << "\n";
        alarm_.set("wake:" + project, std::chrono::steady_clock::now() + kAfterFailure, [=, this] {
            lanes_.post(laneOf(project), [=, this] { wake(project); });
        });
    }
}

Forge& Repositories::of(const std::string& project) const {
    requireOpen(project);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(project);
    if (found == entries_.end()) {
        throw RemoteError("project " + project + " is not in the configuration any more", false);
    }
    return *found->second.forge;
}

void Repositories::requireOpen(const std::string& project) const {
    const auto why = whyClosed(project);
    if (!why.empty()) throw ProjectHeld(why);
}

void Repositories::recheck(const std::string& project) {
    if (!knows(project)) return;
    requireOpen(project);
    if (const auto trouble = troubleOf(of(project))) hold(project, *trouble);
    requireOpen(project);
}

bool Repositories::knows(const std::string& project) const {
    const std::lock_guard lock(mutex_);
    return entries_.contains(project);
}

std::set<std::string> Repositories::closed() const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> projects;
    for (const auto& [name, entry] : entries_) {
        if (entry.status.state != ProjectState::kOpen) projects.insert(name);
    }
    return projects;
}

std::vector<ProjectStatus> Repositories::statuses() const {
    const std::lock_guard lock(mutex_);
    std::vector<ProjectStatus> all;
    for (const auto& [name, entry] : entries_) all.push_back(entry.status);
    return all;
}

std::string Repositories::whyClosed(const std::string& project) const {
    const auto now = store_.clock().now().at;
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(project);
    return found == entries_.end() ? "" : orch::whyClosed(found->second.status, now);
}

}  // namespace orch
