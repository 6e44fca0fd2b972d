#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "launch/shim_launcher.hpp"
#include "support/eventually.hpp"
#include "support/processes.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// Remembers what a Launcher told, and waits for it.
class Recorder final : public AttemptListener {
public:
    void attemptStarted(const ProcRecord& proc) override;
    void attemptEnded(AttemptKey key, const AttemptObservation& seen) override;

    /// Fails the test (and answers an empty value) when it does not happen within four minutes.
    [[nodiscard]] ProcRecord awaitStart(AttemptKey key);
    [[nodiscard]] AttemptObservation awaitEnd(AttemptKey key);
    [[nodiscard]] std::size_t starts(AttemptKey key) const;
    [[nodiscard]] std::size_t ends(AttemptKey key) const;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<AttemptKey, std::vector<ProcRecord>> started_;
    std::map<AttemptKey, std::vector<AttemptObservation>> ended_;
};

/// A real launcher on a folder of its own. Whatever a test leaves running is killed at its end.
class LaunchTest : public ::testing::Test {
protected:
    static constexpr AttemptKey kKey{JobId{7}, 1};

    LaunchTest();
    ~LaunchTest() override;

    /// An attempt of `script` under sh, in the test's folder, with a grace of 300 ms.
    [[nodiscard]] StartSpec script(const std::string& text, AttemptKey key = kKey) const;
    /// Starts it and waits for its end.
    [[nodiscard]] AttemptObservation run(const StartSpec& spec);
    [[nodiscard]] ProcRecord startAndAwait(const StartSpec& spec);
    /// Gives up the launcher, as a killed orchd would, and makes another one.
    void restart(const std::filesystem::path& shim = ORCH_SHIM);

    [[nodiscard]] std::string output(AttemptKey key = kKey) const;
    /// The content of a file in the test's folder, where scripts run.
    [[nodiscard]] std::string file(const std::string& name) const;
    [[nodiscard]] bool fileAppears(const std::string& name) const;
    /// The pid a script wrote into a file (`echo $$ > name`), once it is there.
    [[nodiscard]] ProcessIdentity processIn(const std::string& name) const;
    [[nodiscard]] std::filesystem::path inFolder(const std::string& name) const;

    TempDir dir;
    Recorder heard;
    std::unique_ptr<ShimLauncher> launcher;
};

[[nodiscard]] bool dies(const ProcessIdentity& process);

}  // namespace orch::testing
