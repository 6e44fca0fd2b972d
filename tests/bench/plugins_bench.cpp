#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "bench/served.hpp"
#include "support/temp_dir.hpp"

// What one plugin more costs orchd in memory, besides the library's own: many copies of the same
// small plugin, loaded, made and ticked each second. Usage: plugins_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;

std::string numbered(int number) {
    std::array<char, 8> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%03d", number);
    return digits.data();
}

/// `text` with every "000" after `word` replaced.
void rename(std::string& text, const std::string& word, const std::string& number) {
    for (auto at = text.find(word + "000"); at != std::string::npos; at = text.find(word + "000")) {
        text.replace(at + word.size(), number.size(), number);
    }
}

/// A folder of libraries, each a copy of the bench's plugin under a name of its own.
void copyPlugins(const fs::path& folder, int count) {
    fs::create_directories(folder);
    const auto original = readFile(ORCH_BENCH_PLUGIN).value();
    for (int i = 1; i <= count; ++i) {
        auto copy = original;
        for (const auto* word : {"bench-", "bench_", "BENCH_"}) rename(copy, word, numbered(i));
        replaceFile(folder / ("bench-" + numbered(i) + ".so"), copy, Sync::kNo);
    }
}

struct Memory {
    double all_kb = 0, libraries_kb = 0;  ///< resident
};

Memory memoryOf(const Served& orchd) {
    Memory memory;
    std::ifstream lines("/proc/" + std::to_string(orchd.pid()) + "/smaps");
    bool of_library = false;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key;
        double kb = 0;
        words >> key;
        if (key.find('-') != std::string::npos) {
            of_library = line.find("/plugins/.loaded/") != std::string::npos;
        } else if (key == "Rss:" && words >> kb) {
            memory.all_kb += kb;
            if (of_library) memory.libraries_kb += kb;
        }
    }
    return memory;
}

Memory memoryWith(const fs::path& folder, int count) {
    const auto place = folder / std::to_string(count);
    fs::create_directories(place);
    std::string config = "state_dir: " + (place / "state").string() +
                         "\nserver: {listen: \"127.0.0.1:0\"}\nplugins:\n  directory: " +
                         (folder / "plugins").string() + "\n";
    for (int i = 1; i <= count; ++i) config += "  bench-" + numbered(i) + ": {interval: 100ms}\n";
    replaceFile(place / "orch.yaml", config, Sync::kNo);
    const Served orchd({ORCHD, "--config", (place / "orch.yaml").string()});
    // Every plugin has ticked some times by then.
    std::this_thread::sleep_for(std::chrono::seconds{2});
    return memoryOf(orchd);
}

void run(int count) {
    const testing::TempDir folder;
    copyPlugins(folder / "plugins", count + 1);
    const double before = probeFsync(folder.path());
    const auto one = memoryWith(folder.path(), 1);
    const auto many = memoryWith(folder.path(), count + 1);
    const auto own = (many.libraries_kb - one.libraries_kb) / count;
    const auto all = (many.all_kb - one.all_kb) / count;
    const std::array probes{before, probeFsync(folder.path())};
    print({"plugins", "library_of_each", "KB", own, std::nullopt, {}, probes});
    print({"plugins",
           "rss_of_each_besides",
           "KB",
           all - own,
           std::nullopt,
           {Goal::Of::kFigureAtMost, 60},
           probes});
}

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
    orch::bench::run(smoke ? 3 : 100);
}
