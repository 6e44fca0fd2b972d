#include "core/secret_scan.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "core/path_pattern.hpp"
#include "core/secret_rules.hpp"
#include "core/unified_diff.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostFindings = 50;
constexpr std::size_t kLongestPath = 200;
constexpr auto kMessage = "the commit's message";
constexpr auto kFileName = "the name of ";

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kBlank = " \t\r";
    const auto first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

template <class F>
void eachPart(std::string_view text, char separator, F take) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool isSha(std::string_view text) {
    return text.size() <= 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool isSha256(std::string_view text) {
    return text.size() == 64 && isSha(text);
}

/// Only what every secret of its kind begins with.
std::string maskOf(const SecretMatch& match) {
    const std::string begin{match.secret.substr(0, match.shown)};
    if (match.shown == match.secret.size()) return begin;
    return begin + "… (" + std::to_string(match.secret.size()) + " characters)";
}

/// A name may hold a secret itself.
std::string harmless(std::string_view path) {
    std::string shown{path};
    findSecrets(path, [&](const SecretMatch& match) {
        const auto at = shown.find(match.secret);
        if (at != std::string::npos) shown.replace(at, match.secret.size(), maskOf(match));
    });
    return shorten(cleanUtf8(shown), kLongestPath);
}

class Scan {
public:
    explicit Scan(const SecretAllowList& allowed) : allowed_(allowed) {}

    void look(std::string_view commit, std::string_view path, int line, std::string_view text) {
        findSecrets(text, [&](const SecretMatch& match) {
            if (allowed_.allows(match.rule, path, match.secret)) return;
            add(commit, shownOf(path), line, match);
        });
    }
    void lookAtName(std::string_view commit, std::string_view path) {
        findSecrets(path, [&](const SecretMatch& match) {
            if (allowed_.allows(match.rule, path, match.secret)) return;
            add(commit, shorten(kFileName + shownOf(path), kLongestPath), 0, match);
        });
    }
    SecretScan result;

private:
    /// A file's findings come one after the other.
    const std::string& shownOf(std::string_view path) {
        if (path != path_) {
            path_ = path;
            shown_ = harmless(path);
        }
        return shown_;
    }
    void add(std::string_view commit, std::string path, int line, const SecretMatch& match) {
        SecretFinding finding{
            std::string{match.rule}, std::string{commit}, std::move(path), line, maskOf(match)};
        if (!seen_.insert({finding.rule, finding.commit, finding.path, line}).second) return;
        result.more = result.findings.size() == kMostFindings;
        if (!result.more) result.findings.push_back(std::move(finding));
        if (result.more) seen_.clear();  // nothing more is told: nothing more is remembered
    }

    const SecretAllowList& allowed_;
    std::string path_, shown_;
    std::set<std::tuple<std::string, std::string, std::string, int>> seen_;
};

/// "the commit's author" of a line "author Jo <jo@x.org> 1700000000 +0000".
std::string placeOfHeader(std::string_view line) {
    for (const std::string_view known : {"author", "committer"}) {
        if (line.starts_with(known)) return "the commit's " + std::string{known};
    }
    return "the commit's headers";
}

void scanObject(std::string_view object, Scan& scan) {
    const auto commit = object.substr(0, object.find('\n'));
    object.remove_prefix(std::min(commit.size() + 1, object.size()));
    bool in_message = false;
    int line = 0;
    eachPart(object, '\n', [&](std::string_view text) {
        if (!in_message && text.empty()) {
            in_message = true;
            line = 0;
            return;
        }
        scan.look(commit, in_message ? kMessage : placeOfHeader(text), ++line, text);
    });
}

/// git writes line feeds and empty parts between them.
void scanNames(std::string_view names, Scan& scan) {
    constexpr std::string_view kCommit = "commit:";
    std::string_view commit;
    eachPart(names, '\0', [&](std::string_view part) {
        if (part.starts_with('\n')) part.remove_prefix(1);
        // A file may be named like that: it is looked at as well.
        if (part.starts_with(kCommit) && isSha(part.substr(kCommit.size()))) {
            commit = part.substr(kCommit.size());
        }
        scan.lookAtName(commit, part);
    });
}

}  // namespace

SecretAllowList::SecretAllowList(std::string_view file) {
    eachPart(file, '\n', [&](std::string_view line) {
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#') return;
        if (isSha256(text)) return entries_.push_back({{}, {}, std::string{text}});
        const auto& rules = secretRuleNames();
        const std::string rule{text.substr(0, text.find(':'))};
        const bool of_rule =
            rule.size() < text.size() && std::ranges::find(rules, rule) != rules.end();
        entries_.push_back({of_rule ? rule : "",
                            std::string{trimmed(of_rule ? text.substr(rule.size() + 1) : text)},
                            {}});
    });
}

bool SecretAllowList::allows(std::string_view rule,
                             std::string_view path,
                             std::string_view secret) const {
    std::string hash;
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        if (!entry.rule.empty() && entry.rule != rule) return false;
        if (entry.hash.empty()) return matchesPattern(entry.pattern, path);
        if (hash.empty()) hash = sha256(std::string{secret});
        return entry.hash == hash;
    });
}

SecretScan scanForSecrets(const CommitsText& commits, const SecretAllowList& allowed) {
    Scan scan(allowed);
    walkDiff(commits.patches, [&](const DiffLine& line) {
        if (line.added) scan.look(line.commit, line.path, line.line, line.text);
    });
    eachPart(commits.objects, '\0', [&](std::string_view object) { scanObject(object, scan); });
    scanNames(commits.names, scan);
    scan.result.cut = commits.cut;
    return std::move(scan.result);
}

}  // namespace orch
