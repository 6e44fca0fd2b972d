#include "http/encode.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/json.hpp"

namespace orch {

Json timeJson(std::optional<Instant> at, const Now& now) {
    return at ? Json(formatUtc(wallTimeOf(*at, now))) : Json();
}

Json evidenceJson(const Evidence& evidence) {
    Json object = Json::object();
    for (const auto& [name, value] : evidence) object[name] = value;
    return object;
}

double secondsBetween(Instant since, Instant until) {
    const auto tenths = std::max<std::int64_t>(0, (until - since).count() / 100);
    return static_cast<double>(tenths) / 10;
}

}  // namespace orch
