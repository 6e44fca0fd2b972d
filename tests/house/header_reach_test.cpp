#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "house/include_lines.hpp"

namespace orch {

namespace fs = std::filesystem;
/// What each file includes, both named from the same root: "core/job.hpp", "Poco/Net/Socket.h".
using Tree = std::map<std::string, std::vector<std::string>>;
using Sentences = std::vector<std::string>;

/// Libraries that cost every file that sees them seconds to compile.
const std::set<std::string> kHeavy{"Poco", "boost", "nlohmann", "yaml-cpp", "CLI", "sqlite3.h"};
const std::string kLight = "nlohmann/json_fwd.hpp";
/// What sdk/ and plugins/ must not see: the house, and what a plugin must not link.
const std::set<std::string> kHouse{
    "base",  "core",     "config",   "launch", "forge",   "lease",     "tracker", "notify", "probe",
    "store", "pipeline", "intake",   "http",   "plugin",  "daemon",    "ctl",     "Poco",   "boost",
    "CLI",   "yaml-cpp", "nlohmann", "host",   "openssl", "sqlite3.h", "curl"};

/// "core" of "core/job.hpp"; a bare "sqlite3.h" is its own.
std::string top(const std::string& path) {
    return path.substr(0, path.find('/'));
}

Sentences includesOf(const fs::path& path) {
    static const std::regex kInclude(R"re(^#include\s*["<]([^">]+)[">])re");
    Sentences includes;
    std::smatch part;
    for (const auto& line : includeLines(path)) {
        if (std::regex_search(line, part, kInclude)) includes.push_back(part[1]);
    }
    return includes;
}

Tree treeOf(const fs::path& root) {
    Tree tree;
    if (!fs::exists(root)) return tree;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const auto extension = entry.path().extension();
        if (extension != ".hpp" && extension != ".cpp" && extension != ".h") continue;
        tree[entry.path().lexically_relative(root).string()] = includesOf(entry.path());
    }
    return tree;
}

Tree includersOf(const Tree& tree) {
    Tree includers;
    for (const auto& [file, includes] : tree) {
        for (const auto& include : includes) includers[include].push_back(file);
    }
    return includers;
}

/// Every file that sees `header`, through other headers as well.
std::set<std::string> seenBy(const Tree& includers, const std::string& header) {
    std::set<std::string> seeing;
    std::vector<std::string> next{header};
    while (!next.empty()) {
        const auto found = includers.find(next.back());
        next.pop_back();
        if (found == includers.end()) continue;
        for (const auto& file : found->second) {
            if (seeing.insert(file).second) next.push_back(file);
        }
    }
    return seeing;
}

/// A header with a heavy library is its folder's own affair: whoever sees it from another folder.
Sentences leaks(const Tree& tree) {
    Sentences leaks;
    const auto includers = includersOf(tree);
    for (const auto& [header, includes] : tree) {
        if (!header.ends_with(".hpp")) continue;
        for (const auto& include : includes) {
            if (include == kLight || !kHeavy.contains(top(include))) continue;
            for (const auto& file : seenBy(includers, header)) {
                if (top(file) == top(header)) continue;
                leaks.push_back(header + " brings " + include + " into " + file);
            }
        }
    }
    return leaks;
}

/// The one library an author needs besides the SDK, and where: behind the SDK's own headers.
bool isWaist(const std::string& file, const std::string& include) {
    return file.starts_with("include/orch/") && include.starts_with("nlohmann/");
}

/// sdk/ and plugins/ are built without the house.
Sentences houseSeenIn(const Tree& tree) {
    Sentences wrong;
    for (const auto& [file, includes] : tree) {
        for (const auto& include : includes) {
            if (isWaist(file, include)) continue;
            if (include.find("..") != std::string::npos || kHouse.contains(top(include))) {
                wrong.push_back(file + " must not include " + include);
            }
        }
    }
    return wrong;
}

const fs::path kRoot = ORCH_SOURCE_DIR;

TEST(HeaderReachTest, NoHeavyLibraryLeavesItsFolder) {
    EXPECT_EQ(leaks(treeOf(kRoot / "host")), Sentences{});
}

TEST(HeaderReachTest, TheSdkAndThePluginsDoNotSeeTheHouse) {
    EXPECT_EQ(houseSeenIn(treeOf(kRoot / "sdk")), Sentences{});
    EXPECT_EQ(houseSeenIn(treeOf(kRoot / "plugins")), Sentences{});
}

TEST(HeaderReachTest, AHeavyLibraryIsFoundBehindAnotherHeader) {
    const Tree tree{{"store/row.hpp", {"Poco/Data/Row.h"}},
                    {"store/jobs.hpp", {"store/row.hpp"}},
                    {"store/jobs.cpp", {"store/jobs.hpp"}},
                    {"pipeline/work.cpp", {"store/jobs.hpp"}}};
    EXPECT_EQ(leaks(tree),
              Sentences{"store/row.hpp brings Poco/Data/Row.h into pipeline/work.cpp"});
}

TEST(HeaderReachTest, ForwardDeclarationsMayLeave) {
    EXPECT_EQ(leaks({{"http/json.hpp", {kLight}}, {"daemon/d.cpp", {"http/json.hpp"}}}),
              Sentences{});
}

TEST(HeaderReachTest, HeadersThatIncludeEachOtherEndTheSearch) {
    EXPECT_EQ(leaks({{"a/a.hpp", {"a/b.hpp", "Poco/A.h"}}, {"a/b.hpp", {"a/a.hpp"}}}), Sentences{});
}

TEST(HeaderReachTest, OnlyTheSdksOwnHeadersMaySeeItsJsonLibrary) {
    const std::vector<std::string> json{"nlohmann/json.hpp"};
    EXPECT_EQ(houseSeenIn({{"include/orch/json.hpp", json}}), Sentences{});
    EXPECT_EQ(houseSeenIn({{"examples/a/a.cpp", json}, {"reaper/decide.cpp", json}}),
              (Sentences{"examples/a/a.cpp must not include nlohmann/json.hpp",
                         "reaper/decide.cpp must not include nlohmann/json.hpp"}));
}

TEST(HeaderReachTest, ThePluginThatSeesTheHouseIsFound) {
    const Tree tree{{"reaper/decide.cpp", {"orch/plugin.hpp", "base/clock.hpp", "../host/x.hpp"}}};
    EXPECT_EQ(houseSeenIn(tree),
              (Sentences{"reaper/decide.cpp must not include base/clock.hpp",
                         "reaper/decide.cpp must not include ../host/x.hpp"}));
}

}  // namespace orch
