#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "house/include_lines.hpp"

namespace orch {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

/// What each folder of host/ may include besides itself (docs/architecture.md).
const std::map<std::string, Folders> kAllowed{{"base", {}},
                                              {"core", {"base"}},
                                              {"config", {"core", "base"}},
                                              {"launch", {"core", "base"}},
                                              {"forge", {"core", "base"}},
                                              {"lease", {"core", "base"}},
                                              {"tracker", {"core", "base"}},
                                              {"notify", {"core", "base"}},
                                              {"probe", {"core", "base"}},
                                              {"store", {"core", "base"}},
                                              {"pipeline", {"store", "core", "base"}},
                                              {"http", {"pipeline", "store", "core", "base"}},
                                              {"plugin", {"pipeline", "store", "core", "base"}},
                                              {"ctl", {"config", "core", "base"}},
                                              {"daemon",
                                               {"http",
                                                "plugin",
                                                "pipeline",
                                                "store",
                                                "config",
                                                "launch",
                                                "forge",
                                                "lease",
                                                "tracker",
                                                "notify",
                                                "probe",
                                                "core",
                                                "base"}}};

/// Which folders may know a library (docs/adr/0003-dependencies.md).
const std::map<std::string, Folders> kLibraries{
    {"Poco", {"store", "http", "forge", "tracker", "notify", "ctl", "daemon"}},
    {"sqlite3.h", {"store"}},
    {"yaml-cpp", {"config"}},
    {"CLI", {"ctl", "daemon"}},
    {"openssl", {"base"}},
    {"curl", {"probe"}},
    {"boost", {"plugin"}},
    {"orch", {"plugin"}},
    {"nlohmann",
     {"store",
      "pipeline",
      "launch",
      "forge",
      "lease",
      "tracker",
      "notify",
      "plugin",
      "http",
      "ctl",
      "daemon"}}};

/// Nothing when a file of `folder` may contain `line`, else what is wrong with it.
std::string wrongWith(const std::string& folder, const std::string& line) {
    static const std::regex kInclude(R"re(^#include\s*(["<])([^/">]+)(/?))re");
    std::smatch part;
    if (!line.starts_with('#') || !std::regex_search(line, part, kInclude)) return "";
    const std::string target = part[2];
    if (part[1] == "<") {
        const auto library = kLibraries.find(target);
        const bool fine = library == kLibraries.end() || library->second.contains(folder);
        return fine ? "" : folder + " must not know " + target;
    }
    if (part[3].length() == 0) return "an include names its folder: " + target;
    const bool fine = target == folder || kAllowed.at(folder).contains(target);
    return fine ? "" : folder + " must not include " + target;
}

std::vector<std::string> wrongIncludes(const fs::path& host) {
    std::vector<std::string> wrong;
    for (const auto& entry : fs::recursive_directory_iterator(host)) {
        const auto extension = entry.path().extension();
        if (extension != ".hpp" && extension != ".cpp" && extension != ".h") continue;
        const auto relative = entry.path().lexically_relative(host);
        for (const auto& line : includeLines(entry.path())) {
            const auto problem = wrongWith(relative.begin()->string(), line);
            if (!problem.empty()) wrong.push_back(relative.string() + ": " + problem);
        }
    }
    return wrong;
}

TEST(IncludesTest, EveryArrowOfTheHousePointsDownwards) {
    EXPECT_EQ(wrongIncludes(fs::path(ORCH_SOURCE_DIR) / "host"), std::vector<std::string>{});
}

TEST(IncludesTest, EveryFolderOfTheHouseHasItsRule) {
    for (const auto& entry : fs::directory_iterator(fs::path(ORCH_SOURCE_DIR) / "host")) {
        if (!entry.is_directory()) continue;
        EXPECT_TRUE(kAllowed.contains(entry.path().filename().string())) << entry.path();
    }
}

TEST(IncludesTest, AnArrowThatPointsUpwardsIsFound) {
    EXPECT_EQ(wrongWith("core", "#include \"store/store.hpp\""), "core must not include store");
    EXPECT_EQ(wrongWith("forge", "#include \"launch/x.hpp\""), "forge must not include launch");
    EXPECT_EQ(wrongWith("pipeline", "#include \"store/store.hpp\""), "");
}

TEST(IncludesTest, ALibraryInTheWrongFolderIsFound) {
    EXPECT_EQ(wrongWith("core", "#include <Poco/Timespan.h>"), "core must not know Poco");
    EXPECT_EQ(wrongWith("pipeline", "#include <sqlite3.h>"), "pipeline must not know sqlite3.h");
    EXPECT_EQ(wrongWith("core", "#include <vector>"), "");
}

TEST(IncludesTest, AnIncludeInATextIsNotTheFilesOwn) {
    std::istringstream file(
        "#include <a>\nx = R\"(#ifdef A\n#include \"b.h\"\n)\";\n#include <c>\n");
    EXPECT_EQ(includeLines(file), (std::vector<std::string>{"#include <a>", "#include <c>"}));
}

TEST(IncludesTest, AnIncludeWithoutItsFolderIsFound) {
    EXPECT_EQ(wrongWith("core", "#include \"job.hpp\""), "an include names its folder: job.hpp");
}

}  // namespace orch
