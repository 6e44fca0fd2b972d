#include "core/unified_diff.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace orch {

namespace {

constexpr std::string_view kCommit = "commit:";
/// No file that git compares line by line has more.
constexpr int kMostLines = 1'000'000'000;

/// Undoes git's quoting of a name with control characters, quotes or backslashes in it.
std::string unquoted(std::string_view name) {
    if (name.size() < 2 || name.front() != '"') return std::string{name};
    std::string text;
    for (std::size_t i = 1; i + 1 < name.size(); ++i) {
        if (name[i] != '\\') {
            text += name[i];
            continue;
        }
        const char kind = name[++i];
        if (kind >= '0' && kind <= '3' && i + 2 < name.size()) {
            text += static_cast<char>((kind - '0') * 64 + (name[i + 1] - '0') * 8 +
                                      (name[i + 2] - '0'));
            i += 2;
        } else {
            constexpr std::string_view kLetters = "abtnvfr";
            const auto at = kLetters.find(kind);
            text += at == std::string_view::npos ? kind : static_cast<char>('\a' + at);
        }
    }
    return text;
}

/// "b/src/a.c" of "+++ b/src/a.c"; a name with blanks ends with a tab. Empty for /dev/null.
std::string pathOf(std::string_view name) {
    if (!name.empty() && name.back() == '\t') name.remove_suffix(1);
    auto path = unquoted(name);
    if (path.starts_with("a/") || path.starts_with("b/")) return path.substr(2);
    return path == "/dev/null" ? "" : path;
}

/// "-3,2" or "+3": first line and how many.
struct Side {
    int first = 0;
    int left = 0;
};
int numberIn(std::string_view text, int otherwise) {
    int number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::clamp(number, 0, kMostLines);
}

Side sideOf(std::string_view text) {
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return {numberIn(text, 0), 1};
    return {numberIn(text.substr(0, comma), 0), numberIn(text.substr(comma + 1), 1)};
}

class Walk {
public:
    explicit Walk(const std::function<void(const DiffLine&)>& visit) : visit_(visit) {}

    void take(std::string_view line) {
        if (inHunk()) return takeOfHunk(line);
        if (line.starts_with("@@")) return beginHunk(line);
        if (line.starts_with("--- ")) old_path_ = pathOf(line.substr(4));
        if (line.starts_with("+++ ")) new_path_ = pathOf(line.substr(4));
        if (line.starts_with(kCommit)) commit_ = line.substr(kCommit.size());
    }

private:
    [[nodiscard]] bool inHunk() const {
        return new_.left > 0 ||
               std::ranges::any_of(old_, [](const Side& side) { return side.left > 0; });
    }

    /// "@@ -1,2 +3,4 @@ …", "@@@ -1 -1 +1,2 @@@ …": one column a parent.
    void beginHunk(std::string_view line) {
        const auto parents = line.find_first_not_of('@') - 1;
        if (parents > line.size()) return;
        old_.clear();
        line.remove_prefix(parents + 1);
        for (std::size_t i = 0; i <= parents && !line.empty(); ++i) {
            line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
            const auto end = std::min(line.find(' '), line.size());
            if (end == 0) break;
            const auto side = sideOf(line.substr(0, end));
            if (i < parents) old_.push_back(side);
            if (i == parents) new_ = side;
            line.remove_prefix(end);
        }
    }

    void takeOfHunk(std::string_view line) {
        if (line.starts_with('\\')) return;  // no newline at the end of the file
        const auto marks = line.substr(0, std::min(old_.size(), line.size()));
        const auto text = line.substr(marks.size());
        const bool lost = marks.find('-') != std::string_view::npos;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (lost ? marks[i] == '-' : marks[i] != '+') --old_[i].left;
        }
        if (lost) return visit_({false, commit_, old_path_, 0, text});
        --new_.left;
        const int number = new_.first++;
        if (marks.find('+') == std::string_view::npos) return;
        visit_({true, commit_, new_path_.empty() ? old_path_ : new_path_, number, text});
    }

    const std::function<void(const DiffLine&)>& visit_;
    std::string_view commit_;
    std::string old_path_, new_path_;
    std::vector<Side> old_;
    Side new_;
};

}  // namespace

void walkDiff(std::string_view diff, const std::function<void(const DiffLine&)>& visit) {
    Walk walk(visit);
    while (!diff.empty()) {
        const auto end = std::min(diff.find('\n'), diff.size());
        walk.take(diff.substr(0, end));
        diff.remove_prefix(std::min(end + 1, diff.size()));
    }
}

}  // namespace orch
