#include "api/families/families.h"

#include <algorithm>
#include <iterator>

#include "api/families/convert.h"
#include "api/families/inspect.h"
#include "api/families/kontext.h"
#include "api/families/metaquery.h"
#include "api/families/tar.h"
#include "api/families/unifork.h"
#include "api/families/unipic1.h"
#include "models/tar/files.h"

namespace unipic::api {
namespace {

bool is_left(const std::filesystem::path& /*path*/) { return true; }

constexpr Family kFamilies[] = {
    {"UniPic2-SD3.5M-Kontext", is_kontext, inspect_kontext, convert_unipic2, load_kontext},
    {"UniPic2-Metaquery", is_metaquery, inspect_metaquery, convert_unipic2, load_metaquery},
    {"UniFork", is_unifork, inspect_unifork, convert_nothing, load_unifork},
    {"Tar", tar::is_tar, inspect_tar, convert_nothing, load_tar},
    {"UniPic 1", is_left, inspect_unipic1, convert_unipic1, load_unipic1},
};

}  // namespace

const Family& family_of(const std::filesystem::path& path) {
  return *std::ranges::find_if(kFamilies, [&](const Family& family) { return family.holds(path); });
}

}  // namespace unipic::api
