// The program as a user runs it: exit status, messages, files.

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "support/places.h"
#include "support/program.h"
#include "support/temporary_folder.h"
#include "unipic/image.h"

namespace unipic {
namespace {

using test::Outcome;
using test::run_program;

const std::string kGolden = (test::golden_folder() / "unipic1").string();

class Program : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // A picture file to edit and describe.
  std::string picture() const {
    write_image(path("in.png"),
                {.width = 40, .height = 30, .pixels = std::vector<uint8_t>(3600, 80)});
    return path("in.png");
  }

  // Expects one line on stderr, the status, no output file and nothing half-written.
  void expect_refusal(const std::vector<std::string>& arguments, int status,
                      const std::string& message) {
    const auto outcome = run_program(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("unipic: ")) << outcome.err;
    expect_no_output();
  }

  void expect_no_output() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const auto name = entry.path().filename().string();
      EXPECT_FALSE(name.starts_with("out") || name.starts_with(".")) << name << " was left behind";
    }
  }

  std::vector<std::string> generate(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"generate", "a candle", "-m",
                                          kGolden,    "-o",       path("out.png")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Program, DrawsAPictureThatCarriesItsSettings) {
  const auto outcome = run_program(generate({"--seed", "5", "--steps", "3"}));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, path("out.png") + "\n");
  EXPECT_NE(outcome.err.find("generate 3/3"), std::string::npos) << outcome.err;
  EXPECT_EQ(read_image(path("out.png")).width, 64);
  const auto shown = run_program({"inspect", path("out.png")});
  EXPECT_NE(shown.out.find("Steps: 3, CFG scale: 3, Seed: 5, Size: 64x64"), std::string::npos)
      << shown.out;
}

TEST_F(Program, TheSameCommandWritesTheSameBytes) {
  run_program(generate({"--steps", "3"}));
  const auto first = test::read_file(path("out.png"));
  run_program(generate({"--steps", "3"}));
  EXPECT_EQ(test::read_file(path("out.png")), first);
}

TEST_F(Program, ShowsSamplesOfEachKindAndTheSameOnesAgain) {
  std::string last;
  for (const std::string kind : {"caption", "edit", "question"}) {
    const std::vector<std::string> command = {"data", "show",   "--kind", kind, "-n",
                                              "5",    "--size", "32",     "-o", path("out.png")};
    const auto outcome = run_program(command);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, path("out.png") + "\n");
    EXPECT_GE(read_image(path("out.png")).width, 3 * 32);
    const auto sheet = test::read_file(path("out.png"));
    EXPECT_NE(sheet, last);
    run_program(command);
    EXPECT_EQ(test::read_file(path("out.png")), sheet);
    last = sheet;
  }
}

TEST_F(Program, RefusesASheetOfTooManyOrTooSmallPictures) {
  expect_refusal({"data", "show", "--size", "8", "-o", path("out.png")}, 2,
                 "24 samples of 8 pixels a side: sides are from 16 to 4096");
  expect_refusal({"data", "show", "-n", "0", "-o", path("out.png")}, 2,
                 "0 samples: from 1 to 10000 can be shown");
  expect_refusal({"data", "show", "--kind", "video", "-o", path("out.png")}, 2, "--kind");
}

TEST_F(Program, PutsPicturesOnASheetWithWhatTheyWereDrawnFrom) {
  const auto grey = [](int64_t width, int64_t height) {
    return Image{width, height, std::vector<uint8_t>(static_cast<size_t>(3 * width * height), 90)};
  };
  write_image(path("small.png"), grey(40, 20), {{"unipic", R"({"prompt": "a grey wall"})"}});
  write_image(path("large.jpg"), grey(80, 160));
  const auto sheet = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command = {"sheet", path("small.png"), path("large.jpg"), "-o",
                                        path("sheet.png")};
    command.insert(command.end(), more.begin(), more.end());
    const auto outcome = run_program(command);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return read_image(path("sheet.png"));
  };
  const auto both = sheet({});
  EXPECT_GE(both.width, 2 * 160);
  EXPECT_EQ(both, sheet({"--caption", "a grey wall", "--caption", "large.jpg"}));
  EXPECT_NE(both, sheet({"--caption", "another wall"}));
  const auto column = sheet({"--columns", "1", "--size", "64"});
  EXPECT_LT(column.width, 2 * 64);
  EXPECT_GE(column.height, 2 * 64);

  expect_refusal({"sheet", path("none.png"), "-o", path("sheet.png")}, 1, "none.png");
  expect_refusal({"sheet", path("small.png"), "--size", "20000", "-o", path("sheet.png")}, 2,
                 "a sheet of 1 pictures of 20000 pixels a side");
  expect_refusal({"sheet", path("small.png"), "--caption", "a", "--caption", "b"}, 2,
                 "2 captions for 1 pictures");
}

TEST_F(Program, NumbersSeveralPictures) {
  const auto outcome = run_program(generate({"-n", "3", "--steps", "2", "--quiet"}));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const auto* name : {"out.png", "out_2.png", "out_3.png"}) {
    EXPECT_TRUE(std::filesystem::exists(path(name))) << name;
  }
}

TEST_F(Program, SpeaksJsonWhenAsked) {
  const auto outcome = run_program(generate({"--json", "--steps", "2", "--seed", "9"}));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  std::vector<Json> events;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) events.push_back(parse_json(line, "event"));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[1]["event"], "progress");
  EXPECT_EQ(events[1]["stage"], "generate");
  EXPECT_EQ(events[1]["step"], 1);
  EXPECT_EQ(events[1]["steps"], 2);
  EXPECT_EQ(events[3]["event"], "done");
  EXPECT_EQ(events[3]["files"][0], path("out.png"));
  EXPECT_EQ(events[3]["seed"], 9);
  EXPECT_TRUE(events[3]["seconds"].is_number());
}

TEST_F(Program, ANegativeSeedIsARandomOne) {
  const auto first = run_program(generate({"--json", "--steps", "1", "--seed", "-1"}));
  const auto second = run_program(generate({"--json", "--steps", "1", "--seed", "-1"}));
  const auto seed_of = [](const Outcome& outcome) {
    return outcome.out.substr(outcome.out.find("\"seed\":"), 16);
  };
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_NE(seed_of(first), seed_of(second));
}

TEST_F(Program, EditsAPicture) {
  const auto outcome = run_program({"edit", picture(), "add a star", "-m", kGolden, "-o",
                                    path("out.webp"), "--steps", "2", "-W", "80"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(read_image(path("out.webp")).width, 80);
}

TEST_F(Program, DescribesAPictureByBothRoutes) {
  for (const std::string route : {"mar", "siglip2"}) {
    const auto outcome = run_program({"describe", picture(), "What is it?", "-m", kGolden,
                                      "--max-tokens", "4", "--vision", route, "--json"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("\"event\":\"done\",\"text\":"), std::string::npos) << outcome.out;
  }
}

TEST_F(Program, VerifiesGoldens) {
  const auto one = run_program({"verify", kGolden, "--only", "mask_schedule_16_4"});
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.out, "PASS mask_schedule_16_4 max_abs=0\n1 passed, 0 failed\n");
}

TEST_F(Program, VerifyFailsWhenAResultIsWrong) {
  std::filesystem::copy(kGolden, path("golden"), std::filesystem::copy_options::recursive);
  auto cases = test::read_file(path("golden/cases.json"));
  const std::string steps = "\"num_iter\": 4";
  cases.replace(cases.find(steps), steps.size(), "\"num_iter\": 5");
  const std::string op = "\"op\": \"mask_schedule\"";
  const auto second = cases.find(op, cases.find(op) + 1);
  cases.replace(second, op.size(), "\"op\": \"telepathy\"");
  test::write_file(path("golden/cases.json"), cases);
  const auto wrong = run_program({"verify", path("golden"), "--only", "mask_schedule_16_4"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_TRUE(wrong.out.starts_with("FAIL mask_schedule_16_4 tensor=out.mask_len ")) << wrong.out;
  EXPECT_TRUE(wrong.out.ends_with("0 passed, 1 failed\n")) << wrong.out;
  const auto unknown = run_program({"verify", path("golden"), "--only", "mask_schedule_16_16"});
  EXPECT_EQ(unknown.out, "FAIL mask_schedule_16_16 unknown op\n0 passed, 1 failed\n");
}

TEST_F(Program, WrongCommandLinesExitWith2) {
  expect_refusal({"generate"}, 2, "prompt is required");
  expect_refusal({"paint"}, 2, "see unipic --help");
  expect_refusal(generate({"--stepps", "3"}), 2, "--stepps");
  expect_refusal(generate({"--steps", "0"}), 2, "--steps");
  expect_refusal(generate({"--steps", "many"}), 2, "--steps");
  expect_refusal(generate({"--seed", "1.5"}), 2, "--seed");
  expect_refusal(generate({"-W", "70"}), 2,
                 "a picture of 70x70 pixels: width and height must be multiples of 16");
  expect_refusal(generate({"--steps", "17"}), 2, "at most 16 are possible");
  expect_refusal(generate({"--dtype", "int3"}), 2, "--dtype");
  expect_refusal(generate({"--device", "abacus"}), 2, "no device 'abacus'");
  expect_refusal({"generate", "", "-m", kGolden, "-o", path("out.png")}, 2, "the prompt is empty");
  expect_refusal({"generate", "a dog", "-m", kGolden, "-o", path("out.gif")}, 2, "out.gif");
  expect_refusal({"convert", kGolden}, 2, "two paths");
}

TEST_F(Program, FilesThatDoNotServeExitWith1) {
  const auto describe = [&](const std::string& image) {
    return std::vector<std::string>{"describe", image, "-m", kGolden};
  };
  test::write_file(path("empty.png"), "");
  test::write_file(path("text.png"), "this is no picture");
  expect_refusal(describe(path("none.png")), 1, "none.png: cannot open: No such file");
  expect_refusal(describe(path("empty.png")), 1, "empty.png");
  expect_refusal(describe(path("text.png")), 1, "text.png");
  expect_refusal(describe(folder_.path().string()), 1, "is a folder, not a file");
  expect_refusal({"generate", "a dog", "-m", path("nowhere")}, 1, "no such model folder");
  expect_refusal({"generate", "a dog", "-m", folder_.path().string(), "-o", path("out.png")}, 1,
                 "no pytorch_model.bin or model.safetensors");
  expect_refusal({"generate", "a dog", "-m", kGolden, "-o", path("no/folder/out.png")}, 1,
                 "cannot write: No such file or directory");
  expect_refusal({"verify", folder_.path().string()}, 1, "cases.json: cannot open");
  expect_refusal({"inspect", path("text.png")}, 1, "text.png");
}

TEST_F(Program, TakesAVeryLongPicture) {
  write_image(path("long.png"),
              {.width = 1, .height = 100000, .pixels = std::vector<uint8_t>(300000, 9)});
  const auto outcome = run_program({"edit", path("long.png"), "add a star", "-m", kGolden, "-o",
                                    path("out.png"), "--steps", "2"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
}

TEST_F(Program, DamagedCheckpointsAreOneLineAndNoCrash) {
  std::filesystem::copy(kGolden, path("model"), std::filesystem::copy_options::recursive);
  const auto weights = path("model/checkpoint/pytorch_model.bin");
  const auto whole = test::read_file(weights);
  const std::vector<std::string> arguments = {"generate",    "a dog", "-m",
                                              path("model"), "-o",    path("out.png")};
  test::write_file(weights, whole.substr(0, whole.size() / 3));
  expect_refusal(arguments, 1, "pytorch_model.bin");
  auto flipped = whole;
  flipped[flipped.find("_rebuild_tensor_v2")] ^= 1;
  test::write_file(weights, flipped);
  expect_refusal(arguments, 1, "pytorch_model.bin");
  test::write_file(weights, whole);
  std::filesystem::remove(path("model/checkpoint/kl16.ckpt"));
  expect_refusal(arguments, 1, "vae.encoder.conv_in.weight");
  std::filesystem::remove(weights);
  test::write_file(path("model/checkpoint/pytorch_model.bin.index.json"),
                   R"({"weight_map": {"proj_in.0.weight": "pytorch_model-00001-of-00002.bin"}})");
  expect_refusal(arguments, 1, "pytorch_model-00001-of-00002.bin");
}

TEST_F(Program, TakesTheModelAndTheJudgeThatItBringsAlong) {
  const auto drawn =
      run_program({"generate", "a photo of a red apple", "--steps", "3", "-o", path("out.png")});
  EXPECT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_EQ(read_image(path("out.png")).width, 128);
  const auto scored = run_program({"eval", "scenes", "--parts", "geneval", "--prompts", "1",
                                   "--images", "1", "--renders", "20", "--json"});
  EXPECT_EQ(scored.status, 0) << scored.err;
  const auto last = scored.out.rfind('\n', scored.out.size() - 2) + 1;
  const auto scores = parse_json(scored.out.substr(last), "scores");
  EXPECT_GT(scores.at("detector").get<double>(), 0.9) << scored.out;
}

TEST_F(Program, RefusesToScoreWithAWrongJudge) {
  std::vector<std::string> arguments = {"eval",       "scenes",     "-m",      kGolden,
                                        "--detector", path("none"), "--parts", "qa,drawing"};
  expect_refusal(arguments, 2, "there is no part 'drawing'");
  arguments.back() = "qa";
  expect_refusal(arguments, 1, "none: no such folder of a detector");
}

TEST_F(Program, CtrlCStopsCleanly) {
  const auto outcome = run_program(generate({"-W", "256", "--steps", "256"}), "generate 3/256");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.ends_with("unipic: stopped before it was done\n")) << outcome.err;
  expect_no_output();
}

TEST_F(Program, ConvertsToOneFolderThatDrawsTheSame) {
  run_program(generate({"--steps", "3", "--dtype", "f32"}));
  const auto expected = read_image(path("out.png"));
  const auto converted = run_program({"convert", kGolden, path("model")});
  EXPECT_EQ(converted.status, 0) << converted.err;
  const auto outcome = run_program({"generate", "a candle", "-m", path("model"), "-o",
                                    path("again.png"), "--steps", "3", "--dtype", "f32"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(read_image(path("again.png")), expected);
  const auto shown = run_program({"inspect", path("model")});
  EXPECT_NE(shown.out.find("state: complete"), std::string::npos) << shown.out;
}

TEST_F(Program, Converts8BitWeightsThatDrawWhatTheyWouldIfRoundedOnLoading) {
  const auto converted = run_program({"convert", kGolden, path("model"), "--dtype", "int8"});
  EXPECT_EQ(converted.status, 0) << converted.err;
  EXPECT_NE(converted.out.find("weights in 8 bits, relative error 0.00"), std::string::npos)
      << converted.out;
  EXPECT_NE(run_program({"inspect", path("model")}).out.find("BF16, I8"), std::string::npos);
  const auto draw = [&](const std::string& model, const std::vector<std::string>& flags) {
    std::vector<std::string> command = {"generate", "a candle",    "-m",      model,
                                        "-o",       path("8.png"), "--steps", "3"};
    command.insert(command.end(), flags.begin(), flags.end());
    const auto outcome = run_program(command);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    auto image = read_image(path("8.png"));
    std::filesystem::remove(path("8.png"));
    return image;
  };
  const auto from_file = draw(path("model"), {});
  EXPECT_EQ(draw(path("model"), {"--dtype", "int8"}), from_file);
  EXPECT_NE(draw(path("model"), {"--dtype", "bf16"}), from_file);
  EXPECT_NE(draw(kGolden, {"--dtype", "bf16"}), draw(kGolden, {"--dtype", "int8"}));
  draw(path("model"), {"--kernels", "aten"});
}

TEST_F(Program, Refuses8BitsWhereNothingSaysWhatBearsThem) {
  expect_refusal({"convert", "--random", "unipic1", path("model"), "--dtype", "int8"}, 2,
                 "the published layout has no 8-bit weights");
  expect_refusal({"convert", std::string(kGolden) + "/checkpoint/kl16.ckpt",
                  path("model.safetensors"), "--dtype", "int8"},
                 2, "a model folder tells which weights bear 8 bits");
}

TEST_F(Program, DrawsWithWeightsIn4Bits) {
  const auto draw = [&](const std::string& dtype) {
    EXPECT_EQ(
        run_program({"generate", "a dog", "-m", kGolden, "-o", path("a.png"), "--dtype", dtype})
            .status,
        0);
    return read_image(path("a.png"));
  };
  EXPECT_NE(draw("int4"), draw("int8"));
  EXPECT_EQ(draw("int4"), draw("int4"));
}

TEST_F(Program, ServesNobodyElseWithoutAKey) {
  expect_refusal({"serve", "--host", "0.0.0.0", "--no-history"}, 2, "--api-key");
  expect_refusal({"serve", "--api-key-file", path("none"), "--no-history"}, 1, "cannot be read");
  expect_refusal({"serve", "-m", path("none"), "--no-history"}, 1, "no such model folder");
}

TEST_F(Program, HelpsAndCompletes) {
  const auto help = run_program({"generate", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const auto* flag : {"--steps", "--cfg-scale", "--seed", "--negative", "--json"}) {
    EXPECT_NE(help.out.find(flag), std::string::npos) << flag;
  }
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto script = run_program({"completion", shell});
    EXPECT_EQ(script.status, 0);
    EXPECT_NE(script.out.find("generate"), std::string::npos);
  }
  EXPECT_EQ(run_program({}).status, 2);
  EXPECT_EQ(run_program({"--version"}).out, "0.1.0\n");
}

}  // namespace
}  // namespace unipic
