#include "plugin/generation.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <iostream>
#include <sstream>

#include "base/text.hpp"
#include "plugin/text_sink.hpp"

namespace orch {

namespace {

constexpr std::size_t kLongestSentence = 4'000;
constexpr std::size_t kLongestError = kLongestSentence + 1;  // so that what is cut can be marked
constexpr std::size_t kLongestAnswer = 64 << 10;
constexpr std::size_t kLongestSnapshot = 64 << 10;
constexpr Milliseconds kPatience{3'000};

using Kind = EntryOutcome::Kind;

const EntryOutcome kDropped{Kind::kDropped, ""};

template <class Extension>
const Extension* extensionOf(const orch_plugin& table, const char* id) {
    return table.get_extension == nullptr ? nullptr
                                          : static_cast<const Extension*>(table.get_extension(id));
}

EntryOutcome outcomeOf(std::int32_t status, const std::string& what, const std::string& words) {
    if (status == ORCH_OK) return {};
    if (status == ORCH_CANCELLED) return {Kind::kCancelled, ""};
    auto sentence = words.empty() ? "its " + what + " failed with status " +
                                        std::to_string(status) + " and without a word"
                                  : cleanUtf8(shorten(words, kLongestSentence));
    return {Kind::kFailed, std::move(sentence)};
}

/// Tells an entry's error sink in the plugin's place.
std::int32_t say(orch_sink error, std::string_view sentence) {
    (void)error.write(error.context, sentence.data(), sentence.size());
    return ORCH_FAILED;
}

Generation::Answered withoutAnswer(Generation::Done done) {
    return [done = std::move(done)](const EntryOutcome& end, const std::string&) { done(end); };
}

}  // namespace

struct Generation::Body {
    /// One piece of work: an entry or two.
    struct Work {
        std::function<EntryOutcome(Body&, std::string& answer)> run;
        Answered done;
    };

    Body(const orch_plugin& the_table, Surroundings the_surroundings)
        : table(the_table),
          around(std::move(the_surroundings)),
          face(around.speaker, around.serve),
          snapshots(extensionOf<orch_ext_snapshot>(table, ORCH_EXT_SNAPSHOT)),
          jobs(extensionOf<orch_ext_jobs>(table, ORCH_EXT_JOBS)) {}

    const orch_plugin& table;
    Surroundings around;  ///< not to be touched once abandoned, but for `speaker`
    HostFace face;
    const orch_ext_snapshot* snapshots;
    const orch_ext_jobs* jobs;
    orch_instance* instance = nullptr;  ///< the thread's own

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Work> waiting;
    Answered done;  ///< of the work that runs
    std::shared_ptr<Entry> entry;
    std::uint64_t ticks = 0;  ///< the thread's own
    bool stopping = false, ended = false;
    bool abandoned = false;  ///< orchd no longer waits for the thread, and may be gone
    bool telling = false;    ///< `done` is being called
    std::string snapshot = "{}";

    void work();
    void runOne(std::unique_lock<std::mutex>& lock);
    template <class F>
    EntryOutcome enter(const char* what, F call);
    std::shared_ptr<Entry> begin(const char* what);
    void finish(const EntryOutcome& outcome);
    void takeSnapshot();
    void destroy();
    EntryOutcome tick(const TickOrder& order);
    bool mayTick();
    orch_tick view(const TickOrder& order);
};

// Foreign code: whatever it throws must not end orchd, although plugin.h forbids it.
template <class F>
EntryOutcome Generation::Body::enter(const char* what, F call) {
    const auto begun = begin(what);
    if (!begun) return kDropped;
    TextSink error(kLongestError);
    std::int32_t status = ORCH_EXCEPTION;
    std::string words;
    try {
        const HostFace::Inside inside(face, *begun);
        status = call(error.sink());
        words = error.text();
    } catch (const std::exception& thrown) {
        words = std::string("it let an exception out: ") + thrown.what();
    } catch (...) {
        words = "it let an exception out that tells nothing";
    }
    auto outcome = outcomeOf(status, what, words);
    finish(outcome);
    return outcome;
}

std::shared_ptr<Entry> Generation::Body::begin(const char* what) {
    const std::lock_guard lock(mutex);
    if (abandoned) return nullptr;
    const auto now = around.clock.now().awake;
    entry = std::make_shared<Entry>(
        what, now, now + around.timeout, around.permit().value_or(Permit{}));
    if (stopping) entry->cancel();
    // By the real clock: a test's clock may stand still while a plugin hangs.
    around.alarm.set(around.speaker,
                     std::chrono::steady_clock::now() + around.timeout,
                     [weak = std::weak_ptr<Entry>(entry)] {
                         if (const auto late = weak.lock()) late->cancel();
                     });
    around.began(what);
    return entry;
}

void Generation::Body::finish(const EntryOutcome& outcome) {
    const std::lock_guard lock(mutex);
    entry.reset();
    if (abandoned) return;
    around.alarm.clear(around.speaker);
    around.ended(outcome);
}

orch_tick Generation::Body::view(const TickOrder& order) {
    const std::uint32_t flags =
        (order.observe ? ORCH_TICK_OBSERVE : 0U) | (order.probation ? ORCH_TICK_PROBATION : 0U);
    const std::lock_guard lock(mutex);
    return entry->view(around.clock.now(), ticks, order.missed, flags);
}

EntryOutcome Generation::Body::tick(const TickOrder& order) {
    auto outcome = enter("tick", [&](orch_sink error) {
        ++ticks;
        const auto seen = view(order);
        return table.tick(instance, &seen, error);
    });
    // After a failure it would tell of what has not been done, and count as something that works.
    if (outcome.kind == Kind::kWell) takeSnapshot();
    return outcome;
}

// A plugin that was switched off since its tick was ordered is not entered.
bool Generation::Body::mayTick() {
    const std::lock_guard lock(mutex);
    return !abandoned && around.permit().has_value();
}

void Generation::Body::takeSnapshot() {
    if (snapshots == nullptr || instance == nullptr) return;
    TextSink object(kLongestSnapshot);
    const auto end = enter("snapshot", [&](orch_sink error) {
        const auto status = snapshots->snapshot(instance, object.sink());
        if (object.overflowed()) return say(error, "its snapshot is longer than 64 KiB");
        if (status != ORCH_OK) (void)say(error, object.text());
        return status;
    });
    if (end.kind != Kind::kWell) return;
    const std::lock_guard lock(mutex);
    snapshot = object.text();
}

void Generation::Body::destroy() {
    if (instance == nullptr) return;
    const auto end = enter("destroy", [&](orch_sink) { return table.destroy(instance), ORCH_OK; });
    instance = nullptr;
    if (end.kind == Kind::kFailed) {
        std::cerr << "orchd: " << around.speaker << ": destroying it: " << end.error << "\n";
    }
}

void Generation::Body::runOne(std::unique_lock<std::mutex>& lock) {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    done = std::move(next.done);
    lock.unlock();
    std::string answer;
    const auto end = next.run(*this, answer);
    lock.lock();
    if (abandoned) return;
    const auto tell = std::move(done);
    telling = true;
    lock.unlock();
    tell(end, answer);
    lock.lock();
    telling = false;
    changed.notify_all();
}

void Generation::Body::work() {
    std::unique_lock lock(mutex);
    while (true) {
        changed.wait(lock, [this] { return stopping || !waiting.empty(); });
        if (stopping) break;
        runOne(lock);
    }
    lock.unlock();
    destroy();
    lock.lock();
    ended = true;
    changed.notify_all();
}

Generation::Generation(const orch_plugin& table, Surroundings surroundings)
    : body_(std::make_shared<Body>(table, std::move(surroundings))),
      thread_([body = body_] { body->work(); }) {}

Generation::~Generation() {
    (void)retire(kPatience);
}

void Generation::post(std::function<EntryOutcome(Body&, std::string& answer)> run, Answered done) {
    {
        const std::lock_guard lock(body_->mutex);
        if (!body_->stopping) {
            body_->waiting.push_back({std::move(run), std::move(done)});
            body_->changed.notify_all();
            return;
        }
    }
    done(kDropped, "");
}

void Generation::create(std::string settings, Done done) {
    post(
        [settings = std::move(settings)](Body& body, std::string&) {
            return body.enter("create", [&](orch_sink error) {
                body.instance = body.table.create(body.face.table(), borrow(settings), error);
                return body.instance == nullptr ? ORCH_FAILED : ORCH_OK;
            });
        },
        withoutAnswer(std::move(done)));
}

void Generation::tick(const TickOrder& order, Done done) {
    post([order](Body& body, std::string&) { return body.mayTick() ? body.tick(order) : kDropped; },
         withoutAnswer(std::move(done)));
}

void Generation::run(const TickOrder& order, std::string job, Answered answered) {
    post(
        [order, job = std::move(job)](Body& body, std::string& answer) {
            TextSink words(kLongestAnswer);
            auto end = body.enter("run", [&](orch_sink error) {
                const auto view = body.view(order);
                return body.jobs->run(body.instance, &view, borrow(job), words.sink(), error);
            });
            answer = words.text();
            return end;
        },
        std::move(answered));
}

void Generation::cancel() {
    const std::lock_guard lock(body_->mutex);
    if (body_->entry) body_->entry->cancel();
}

std::optional<Generation::Inside> Generation::inside() const {
    const std::lock_guard lock(body_->mutex);
    if (!body_->entry) return {};
    const auto& entry = *body_->entry;
    return Inside{entry.what(), entry.begun(), entry.deadline()};
}

std::string Generation::snapshot() const {
    const std::lock_guard lock(body_->mutex);
    return body_->snapshot;
}

std::vector<std::string> Generation::reservedAgents() const {
    std::vector<std::string> agents;
    if (body_->jobs == nullptr || body_->jobs->agents == nullptr) return agents;
    std::istringstream words(body_->jobs->agents);
    for (std::string word; words >> word;) agents.push_back(word);
    return agents;
}

bool Generation::retire(Milliseconds patience) {
    if (!thread_.joinable()) return !body_->abandoned;
    std::deque<Body::Work> dropped;
    {
        const std::lock_guard lock(body_->mutex);
        body_->stopping = true;
        dropped.swap(body_->waiting);
        if (body_->entry) body_->entry->cancel();
        body_->changed.notify_all();
    }
    for (const auto& each : dropped) each.done(kDropped, "");
    body_->face.revoke();
    if (!awaitEnd(patience)) return false;
    thread_.join();
    return true;
}

// Nobody can end a thread in foreign code: it is left behind, and whoever waits for its work is
// told.
bool Generation::awaitEnd(Milliseconds patience) {
    std::unique_lock lock(body_->mutex);
    if (body_->changed.wait_for(lock, patience, [this] { return body_->ended; })) return true;
    body_->changed.wait(lock, [this] { return !body_->telling; });
    if (body_->ended) return true;
    body_->abandoned = true;
    body_->around.alarm.clear(body_->around.speaker);
    const auto done = std::move(body_->done);
    lock.unlock();
    thread_.detach();
    if (done) done(kDropped, "");
    return false;
}

}  // namespace orch
