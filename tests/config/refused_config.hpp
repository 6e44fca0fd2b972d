#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config_text.hpp"

namespace orch::testing {

/// A text and what it is refused with, behind the first "f.yaml:".
struct RefusedConfig {
    const char* name;
    std::string text;
    std::string refusal;

    void expectRefusal() const { EXPECT_EQ(testing::refusal(text), "f.yaml:" + refusal); }
};

inline void PrintTo(const RefusedConfig& tested, std::ostream* out) {
    *out << tested.name;
}

inline std::string nameOfCase(const ::testing::TestParamInfo<RefusedConfig>& info) {
    return info.param.name;
}

}  // namespace orch::testing
