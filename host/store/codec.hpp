#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/job.hpp"
#include "core/task.hpp"
#include "core/verdict.hpp"

namespace orch {

// Values that are one JSON text in a row. Encoding never fails: bytes that are not UTF-8 become
// U+FFFD. Decoding throws StoreError beginning with `where` ("jobs row 7, payload").

[[nodiscard]] std::string encodePayload(const Payload& payload);
/// Everything but `kind`, which is a column of its own.
[[nodiscard]] Payload decodePayload(std::string_view json, const std::string& where);

[[nodiscard]] std::string encodeProgress(const Progress& progress);
[[nodiscard]] Progress decodeProgress(std::string_view json, const std::string& where);

[[nodiscard]] std::string encodeEvidence(const Evidence& evidence);
[[nodiscard]] Evidence decodeEvidence(std::string_view json, const std::string& where);

[[nodiscard]] std::string encodeFindings(const std::vector<std::string>& findings);
[[nodiscard]] std::vector<std::string> decodeFindings(std::string_view json,
                                                      const std::string& where);

}  // namespace orch
