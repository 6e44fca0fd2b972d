#include "launch/launch_fixture.hpp"

namespace orch::testing {

namespace {

constexpr std::chrono::minutes kPatience{4};

}  // namespace

void Recorder::attemptStarted(const ProcRecord& proc) {
    const std::scoped_lock lock(mutex_);
    started_[proc.key].push_back(proc);
    changed_.notify_all();
}

void Recorder::attemptEnded(AttemptKey key, const AttemptObservation& seen) {
    const std::scoped_lock lock(mutex_);
    ended_[key].push_back(seen);
    changed_.notify_all();
}

ProcRecord Recorder::awaitStart(AttemptKey key) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, kPatience, [&] { return started_.contains(key); });
    EXPECT_TRUE(came) << "attempt " << name(key) << " did not start";
    return came ? started_[key].back() : ProcRecord{};
}

AttemptObservation Recorder::awaitEnd(AttemptKey key) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, kPatience, [&] { return ended_.contains(key); });
    EXPECT_TRUE(came) << "attempt " << name(key) << " did not end";
    return came ? ended_[key].back() : AttemptObservation{};
}

std::size_t Recorder::starts(AttemptKey key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = started_.find(key);
    return found == started_.end() ? 0 : found->second.size();
}

std::size_t Recorder::ends(AttemptKey key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = ended_.find(key);
    return found == ended_.end() ? 0 : found->second.size();
}

LaunchTest::LaunchTest() {
    restart();
}

LaunchTest::~LaunchTest() {
    for (const auto key : launcher->folders()) EXPECT_TRUE(launcher->endOrphans(key));
}

void LaunchTest::restart(const std::filesystem::path& shim) {
    launcher.reset();
    launcher = std::make_unique<ShimLauncher>(dir / "jobs", shim, heard);
}

StartSpec LaunchTest::script(const std::string& text, AttemptKey key) const {
    StartSpec spec;
    spec.key = key;
    spec.task = "T-3";
    spec.command = {"sh", "-c", text};
    spec.folder = dir.path();
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.prompt = "do it\n";
    spec.grace = Milliseconds{300};
    return spec;
}

AttemptObservation LaunchTest::run(const StartSpec& spec) {
    launcher->start(spec);
    return heard.awaitEnd(spec.key);
}

ProcRecord LaunchTest::startAndAwait(const StartSpec& spec) {
    launcher->start(spec);
    return heard.awaitStart(spec.key);
}

std::string LaunchTest::output(AttemptKey key) const {
    return readFile(launcher->folderOf(key) / "out.log").value_or("(no out.log)");
}

std::string LaunchTest::file(const std::string& name) const {
    return readFile(dir / name).value_or("");
}

bool LaunchTest::fileAppears(const std::string& name) const {
    return eventually([&] { return !file(name).empty(); });
}

ProcessIdentity LaunchTest::processIn(const std::string& name) const {
    EXPECT_TRUE(eventually([&] { return file(name).ends_with('\n'); })) << name;
    return identityOf(std::stoi(file(name))).value_or(ProcessIdentity{});
}

std::filesystem::path LaunchTest::inFolder(const std::string& name) const {
    return launcher->folderOf(kKey) / name;
}

bool dies(const ProcessIdentity& process) {
    return eventually([&] { return observe(process) == Liveness::kDead; });
}

}  // namespace orch::testing
