#include "core/secret_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

namespace orch {

namespace {

using namespace std::string_view_literals;

enum class Letters { kUpper, kAlnum, kWord, kHex };  ///< kWord: alphanumeric, '_' and '-'

/// A token that begins with a prefix of its own.
struct TokenRule {
    std::string_view rule;
    std::string_view prefix;
    Letters letters;
    std::size_t least;  ///< letters after the prefix
    std::size_t most;   ///< more than these, and it is something else; 0: any number
};

// Sources: the issuers' documentation of their token formats, as gitleaks and GitHub's secret
// scanning follow them too.
constexpr std::array kTokens{
    TokenRule{"aws-access-key-id", "AKIA", Letters::kUpper, 16, 16},
    TokenRule{"aws-access-key-id", "ASIA", Letters::kUpper, 16, 16},
    TokenRule{"aws-access-key-id", "ABIA", Letters::kUpper, 16, 16},
    TokenRule{"aws-access-key-id", "ACCA", Letters::kUpper, 16, 16},
    TokenRule{"github-token", "ghp_", Letters::kAlnum, 36, 0},
    TokenRule{"github-token", "gho_", Letters::kAlnum, 36, 0},
    TokenRule{"github-token", "ghu_", Letters::kAlnum, 36, 0},
    TokenRule{"github-token", "ghs_", Letters::kAlnum, 36, 0},
    TokenRule{"github-token", "ghr_", Letters::kAlnum, 36, 0},
    TokenRule{"github-token", "github_pat_", Letters::kWord, 40, 0},
    TokenRule{"gitlab-token", "glpat-", Letters::kWord, 20, 0},
    TokenRule{"gitlab-token", "gldt-", Letters::kWord, 20, 0},
    TokenRule{"gitlab-token", "glrt-", Letters::kWord, 20, 0},
    TokenRule{"gitlab-token", "glcbt-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xoxb-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xoxp-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xoxa-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xoxr-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xoxs-", Letters::kWord, 20, 0},
    TokenRule{"slack-token", "xapp-", Letters::kWord, 20, 0},
    TokenRule{"stripe-key", "sk_live_", Letters::kAlnum, 16, 0},
    TokenRule{"stripe-key", "rk_live_", Letters::kAlnum, 16, 0},
    TokenRule{"stripe-key", "whsec_", Letters::kAlnum, 32, 0},
    TokenRule{"google-key", "AIza", Letters::kWord, 35, 35},
    TokenRule{"google-key", "GOCSPX-", Letters::kWord, 28, 28},
    TokenRule{"anthropic-key", "sk-ant-", Letters::kWord, 24, 0},
    TokenRule{"openai-key", "sk-proj-", Letters::kWord, 24, 0},
    TokenRule{"openai-key", "sk-svcacct-", Letters::kWord, 24, 0},
    TokenRule{"openai-key", "sk-admin-", Letters::kWord, 24, 0},
    TokenRule{"openai-key", "sk-", Letters::kAlnum, 40, 0},
    TokenRule{"npm-token", "npm_", Letters::kAlnum, 36, 36},
    TokenRule{"pypi-token", "pypi-AgEI", Letters::kWord, 50, 0},
    TokenRule{"huggingface-token", "hf_", Letters::kAlnum, 34, 0},
    TokenRule{"digitalocean-token", "dop_v1_", Letters::kHex, 64, 64},
    TokenRule{"age-key", "AGE-SECRET-KEY-1", Letters::kUpper, 58, 58},
};

constexpr auto kPrivateKey = "private-key"sv;
constexpr auto kJwt = "json-web-token"sv;
constexpr auto kUrlPassword = "password-in-url"sv;
constexpr auto kAwsSecret = "aws-secret-key"sv;
constexpr auto kAssigned = "assigned-secret"sv;

/// No step of a rule looks further than this.
constexpr std::size_t kReach = 300;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool isAlnum(char c) {
    return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z');
}
bool isWord(char c) {
    return isAlnum(c) || c == '_' || c == '-';
}
bool isBase64(char c) {
    return isAlnum(c) || c == '+' || c == '/' || c == '=';
}
bool isOf(Letters letters, char c) {
    switch (letters) {
        case Letters::kUpper:
            return isDigit(c) || isUpper(c);
        case Letters::kAlnum:
            return isAlnum(c);
        case Letters::kWord:
            return isWord(c);
        case Letters::kHex:
            return isDigit(c) || (c >= 'a' && c <= 'f');
    }
    return false;
}

/// How many characters from `from` on are of the kind; at most `reach`.
template <class Kind>
std::size_t runOf(std::string_view text, std::size_t from, Kind kind, std::size_t reach = kReach) {
    std::size_t length = 0;
    while (length < reach && from + length < text.size() && kind(text[from + length])) ++length;
    return length;
}

/// A character before which no token begins: it is in the middle of something.
bool beginsAt(std::string_view line, std::size_t at) {
    return at == 0 || !(isAlnum(line[at - 1]) || line[at - 1] == '_');
}

/// Bits a character (Shannon).
double entropyOf(std::string_view text) {
    std::array<int, 256> counts{};
    for (const char c : text) ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const int count : counts) {
        if (count == 0) continue;
        const double share = count / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

/// Stands for a value that somebody puts in elsewhere: ${TOKEN}, <token>, {{ token }}, %s, ****.
bool isPlaceholder(std::string_view value) {
    constexpr auto kBegin = "$<{%*"sv;
    return value.empty() || kBegin.find(value.front()) != std::string_view::npos ||
           value.find("${") != std::string_view::npos || value.find("{{") != std::string_view::npos;
}

class LineSearch {
public:
    LineSearch(std::string_view line, const std::function<void(const SecretMatch&)>& found)
        : line_(line), found_(found) {}

    void run() {
        for (std::size_t at = 0; at < line_.size(); ++at) {
            const char c = line_[at];
            if (isAlnum(c) && beginsAt(line_, at)) {
                token(at);
                if (c == 'e') jsonWebToken(at);
            }
            if (c == '-') privateKey(at);
            if (c == ':') urlPassword(at);
            if (c == ':' || c == '=') assigned(at);
        }
    }

private:
    void token(std::size_t at) {
        const auto rest = line_.substr(at, kReach);
        for (const auto& rule : kTokens) {
            if (rest.front() != rule.prefix.front() || !rest.starts_with(rule.prefix)) continue;
            const auto from = at + rule.prefix.size();
            const auto length = runOf(line_, from, [&](char c) { return isOf(rule.letters, c); });
            const bool longer = rule.most > 0 && (length > rule.most || endsInWord(from + length));
            if (length < rule.least || longer) continue;
            return tell(rule.rule, at, rule.prefix.size() + length, rule.prefix.size());
        }
    }
    [[nodiscard]] bool endsInWord(std::size_t end) const {
        return end < line_.size() && isAlnum(line_[end]);
    }

    /// Two parts of base64url that begin as JSON does: {"…
    void jsonWebToken(std::size_t at) {
        if (!line_.substr(at).starts_with("eyJ")) return;
        const auto head = runOf(line_, at, isWord);
        const auto body = at + head + 1;
        if (head < 16 || body >= line_.size() || line_[body - 1] != '.') return;
        if (!line_.substr(body).starts_with("eyJ")) return;
        const auto length = runOf(line_, body, isWord);
        if (length >= 10) tell(kJwt, at, head + 1 + length, 3);
    }

    void privateKey(std::size_t at) {
        constexpr auto kBegin = "-----BEGIN "sv;
        const auto rest = line_.substr(at, 80);
        if (!rest.starts_with(kBegin)) return;
        const auto end = rest.find("PRIVATE KEY");
        if (end != std::string_view::npos) tell(kPrivateKey, at, end + 11, end + 11);
    }

    /// scheme://user:password@host
    void urlPassword(std::size_t at) {
        if (at == 0 || !isAlnum(line_[at - 1]) || line_.substr(at, 3) != "://") return;
        const auto from = at + 3;
        const auto length = runOf(line_, from, [](char c) {
            return static_cast<unsigned char>(c) > ' ' &&
                   "@/\"'`<>\\"sv.find(c) == std::string_view::npos;
        });
        const auto end = from + length;
        if (end >= line_.size() || line_[end] != '@') return;
        const auto who = line_.substr(from, length);
        const auto colon = who.find(':');
        if (colon == std::string_view::npos) return;
        const auto password = who.substr(colon + 1);
        if (isPlaceholder(password) || password == who.substr(0, colon)) return;
        tell(kUrlPassword, from + colon + 1, password.size(), 0);
    }

    /// name = "value", "name": "value", NAME=value
    void assigned(std::size_t at) {
        if (at > 0 && line_[at - 1] == ':') return;  // ":=" was looked at as a whole
        auto from = at + 1;
        while (from < line_.size() && from < at + 3 &&
               "=>"sv.find(line_[from]) != std::string_view::npos)
            ++from;
        from += runOf(
            line_, from, [](char c) { return c == ' ' || c == '\t'; }, 8);
        if (from >= line_.size()) return;
        const char quote = line_[from];
        const bool quoted = quote == '"' || quote == '\'' || quote == '`';
        if (quoted) ++from;
        // The value first: most colons have none that could be one, and names cost more.
        const auto base64 = runOf(line_, from, isBase64, 41);
        if (base64 != 40 && !quoted) return;
        const auto name = nameBefore(at);
        if (base64 == 40 && isAwsSecretName(name)) return tell(kAwsSecret, from, 40, 0);
        if (quoted && isSecretName(name)) quotedValue(from, quote);
    }

    void quotedValue(std::size_t from, char quote) {
        const auto length = runOf(
            line_, from, [&](char c) { return c != quote && static_cast<unsigned char>(c) > ' '; });
        const bool closed = from + length < line_.size() && line_[from + length] == quote;
        const auto value = line_.substr(from, length);
        const bool long_enough = length >= 10 && (closed || length == kReach);
        if (!long_enough || isPlaceholder(value)) return;
        // Words alone are a message or a name; what was made by chance has digits among letters.
        const bool mixed =
            std::ranges::any_of(value, isDigit) &&
            std::ranges::any_of(value, [](char c) { return isAlnum(c) && !isDigit(c); });
        if (mixed && entropyOf(value) >= 3.0) tell(kAssigned, from, length, 0);
    }

    /// The name that a value is given to, in small letters and without '_' and '-'; at most 64.
    [[nodiscard]] std::string nameBefore(std::size_t at) const {
        std::size_t end = at;
        const auto skipped = [&](char c) { return c == ' ' || c == '\t' || c == '"' || c == '\''; };
        while (end > 0 && at - end < 8 && skipped(line_[end - 1])) --end;
        std::size_t begin = end;
        while (begin > 0 && end - begin < 64 && isWord(line_[begin - 1])) --begin;
        std::string name;
        for (const char c : line_.substr(begin, end - begin)) {
            if (isAlnum(c)) name += isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return name;
    }
    static bool isSecretName(const std::string& name) {
        constexpr std::array kWords{"secret"sv,
                                    "token"sv,
                                    "password"sv,
                                    "passwd"sv,
                                    "apikey"sv,
                                    "accesskey"sv,
                                    "privatekey"sv,
                                    "credential"sv};
        return std::ranges::any_of(
            kWords, [&](std::string_view word) { return name.find(word) != std::string::npos; });
    }
    static bool isAwsSecretName(const std::string& name) {
        return name.ends_with("secretaccesskey") || name.ends_with("awssecretkey") ||
               name.ends_with("awssecret");
    }

    void tell(std::string_view rule, std::size_t from, std::size_t length, std::size_t shown) {
        found_({rule, line_.substr(from, length), std::min(shown, length)});
    }

    std::string_view line_;
    const std::function<void(const SecretMatch&)>& found_;
};

std::vector<std::string> allNames() {
    std::set<std::string> names;
    for (const auto& rule : kTokens) names.emplace(rule.rule);
    for (const auto rule : {kPrivateKey, kJwt, kUrlPassword, kAwsSecret, kAssigned})
        names.emplace(rule);
    return {names.begin(), names.end()};
}

}  // namespace

void findSecrets(std::string_view line, const std::function<void(const SecretMatch&)>& found) {
    if (line.find('\0') == std::string_view::npos) return LineSearch(line, found).run();
    // UTF-16 has one beside every letter, and a single one makes git call a file binary.
    std::string without;
    std::ranges::copy_if(line, std::back_inserter(without), [](char c) { return c != '\0'; });
    LineSearch(without, found).run();
}

const std::vector<std::string>& secretRuleNames() {
    static const auto names = allNames();
    return names;
}

}  // namespace orch
