#include "config/problems.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

void Problems::add(Mark mark, const std::string& key, const std::string& sentence) {
    const auto place = whereIs(mark) + ": ";
    found_.push_back({mark, key, place + (key.empty() ? "" : key + ": ") + sentence});
}

std::string Problems::whereIs(Mark mark) const {
    return file_ + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

void Problems::add(const std::string& key, const std::string& sentence) {
    add(markOf(key), key, sentence);
}

void Problems::addFromEnvironment(const std::string& name,
                                  const std::string& key,
                                  const std::string& sentence) {
    const Mark after_the_file{std::numeric_limits<int>::max(), 1};
    found_.push_back({after_the_file, key, "environment " + name + ": " + key + ": " + sentence});
}

Mark Problems::markOf(std::string key) const {
    while (!key.empty()) {
        if (const auto found = marks_.find(key); found != marks_.end()) return found->second;
        const auto cut = key.find_last_of(".[");
        key.resize(cut == std::string::npos ? 0 : cut);
    }
    return {};
}

bool Problems::anyIn(const std::string& key) const {
    return std::any_of(found_.begin(), found_.end(), [&](const Problem& problem) {
        return problem.key.compare(0, key.size(), key) == 0;
    });
}

void Problems::throwIfAny() const {
    if (found_.empty()) return;
    auto sorted = found_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.mark.line, a.mark.column) < std::tie(b.mark.line, b.mark.column);
    });
    std::vector<std::string> lines;
    for (auto& problem : sorted) lines.push_back(std::move(problem.line));
    throw ConfigError(join(lines, "\n"));
}

}  // namespace orch
