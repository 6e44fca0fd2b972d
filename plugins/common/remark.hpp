#pragma once

#include <string>

#include "orch/types.hpp"

namespace orch::common {

/// A thought for the journal, without any effect.
struct Remark {
    std::string subject;  ///< "job 7"; empty: the plugin itself
    Why why;
};

}  // namespace orch::common
