#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

/// The plugin tests/puppets/puppet.cpp in an installation: does what a file of the test says.
class Puppet {
public:
    explicit Puppet(Installation& world) : world_(world) {}

    /// Its entry in the configuration; `more` begins with ", ".
    [[nodiscard]] std::string entry(const std::string& more = "",
                                    const std::string& settings = "",
                                    const std::string& name = "puppet") const {
        return "  " + name + ": {library: " TEST_PLUGINS "/" + name +
               ".so, isolation: thread, interval: 100ms" + more + ", settings: {file: " + path("") +
               settings + "}}\n";
    }
    void use(const std::string& more = "", const std::string& settings = "") const {
        world_.settings.plugins = "plugins:\n" + entry(more, settings);
    }

    /// What it does at each tick from now on.
    void tell(const std::string& lines) const { write("", lines); }
    void tellJob(const std::string& word) const { write(".job", word); }
    void release() const { write(".release", ""); }
    /// What it wrote so far.
    [[nodiscard]] std::string said() const { return world_.file(path(".out")); }
    [[nodiscard]] bool says(const std::string& words) const {
        return eventually([&] { return has(said(), words); }, 20s);
    }
    [[nodiscard]] int ticks() const { return count("tick\n"); }
    [[nodiscard]] int count(const std::string& words) const {
        const auto text = said();
        int n = 0;
        for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
            ++n;
        return n;
    }
    /// Until it was ticked so often once more.
    [[nodiscard]] bool ticksAgain(int times = 2) const {
        const auto before = ticks();
        return eventually([&] { return ticks() >= before + times; }, 20s);
    }

private:
    [[nodiscard]] std::string path(const std::string& end) const {
        return (world_.dir.path() / ("puppet" + end)).string();
    }
    /// At once as a whole: it may be reading.
    void write(const std::string& end, const std::string& text) const {
        std::ofstream(path(".new")) << text;
        std::filesystem::rename(path(".new"), path(end));
    }

    Installation& world_;
};

}  // namespace orch::testing
