#include "http/head.hpp"

#include <algorithm>
#include <charconv>

namespace orch {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::vector<std::string> Head::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : fields) {
        if (equalIgnoringCase(field, name)) values.push_back(value);
    }
    return values;
}

std::string Head::one(std::string_view name) const {
    const auto values = all(name);
    return values.empty() ? "" : values.front();
}

std::size_t Head::bodyLength() const {
    const auto text = one("Content-Length");
    std::size_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

}  // namespace orch
