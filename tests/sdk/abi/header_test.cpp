#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>

#include "base/digest.hpp"
#include "orch/plugin.h"

namespace orch {

std::string readAll(const std::string& path) {
    std::ifstream file{path};
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// What a compiler sees of the header: no comments, no white space.
std::string essence(const std::string& header) {
    static const std::regex kComment{R"(/\*[^*]*\*+([^/*][^*]*\*+)*/)"};
    auto text = std::regex_replace(header, kComment, "");
    std::erase_if(text, [](unsigned char letter) { return std::isspace(letter) != 0; });
    return text;
}

/// The hash recorded for a version in header_hashes.txt; empty: none.
std::string recordedFor(const std::string& version) {
    std::ifstream file{std::string{ORCH_ABI_FOLDER} + "/header_hashes.txt"};
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with(version + " ")) return line.substr(version.size() + 1);
    }
    return "";
}

TEST(HeaderTest, TheHeaderOfAVersionNeverChanges) {
    const auto version = std::to_string(ORCH_ABI_MAJOR) + "." + std::to_string(ORCH_ABI_MINOR);
    const auto hash = sha256(essence(readAll(ORCH_HEADER_PATH)));
    EXPECT_EQ(recordedFor(version), hash)
        << "plugin.h changed: raise ORCH_ABI_MINOR (members were added at the end) or "
           "ORCH_ABI_MAJOR (anything else), add the members to layout.inc, and record the new "
           "version's hash in header_hashes.txt as a line of its own:\n"
        << version << " " << hash;
}

TEST(HeaderTest, CommentsAndSpaceDoNotCount) {
    EXPECT_EQ(essence("int a; /* x * y\n ** */ int\tb;/**/"), "inta;intb;");
    EXPECT_NE(essence("int a;"), essence("long a;"));
}

}  // namespace orch
