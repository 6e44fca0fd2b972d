#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "config_text.hpp"

namespace orch {

/// Changes a few bytes: copies, cuts, and letters YAML has a meaning for.
std::string damaged(std::string text, std::mt19937& random) {
    constexpr std::string_view kLetters = "{}[]:,-?*&!|>'\"%@`#\n\t \\~<$\xFF";
    for (int i = 0; i < 4; ++i) {
        const auto at = random() % text.size();
        switch (random() % 3) {
            case 0:
                text[at] = kLetters[random() % kLetters.size()];
                break;
            case 1:
                text.erase(at, random() % 20);
                break;
            default:
                text.insert(random() % text.size(), text.substr(at, random() % 200));
        }
    }
    return text;
}

TEST(RandomYamlTest, DamagedFilesAreAcceptedOrRefusedWithASentence) {
    std::ifstream file(ORCH_CONFIG_DIR "/orch.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
        const auto said = testing::refusal(damaged(text, random));
        EXPECT_TRUE(said == "accepted" || said.compare(0, 7, "f.yaml:") == 0) << said;
    }
}

TEST(RandomYamlTest, PartsOfTheFileAreAcceptedOrRefusedWithASentence) {
    const std::string text = show(defaultConfig());
    for (std::size_t length = 0; length < text.size(); length += 7) {
        const auto said = testing::refusal(text.substr(0, length));
        EXPECT_TRUE(said == "accepted" || said.compare(0, 7, "f.yaml:") == 0) << said;
    }
}

}  // namespace orch
