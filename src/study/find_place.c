/* Where a study was done: a country's name where the sentence places something in it. A name alone is none ("Japanese encephalitis",
 * "guinea pig", a journal): it stands behind "in", "from", "across" and their like, with at most a town between, or in Chinese
 * behind 在, 於, 自, or before a word for a place. Codes are those of ISO 3166-1; longer names stand before those they begin with. */
#include "study/study_priv.h"

static const struct {
  const char *name, iso[3];
} countries[] = {
  { "Democratic Republic of the Congo", "CD" },
  { "People's Republic of China", "CN" },
  { "United States of America", "US" },
  { "阿拉伯聯合大公國", "AE" },
  { "刚果民主共和国", "CD" },
  { "剛果民主共和國", "CD" },
  { "巴布亚新几内亚", "PG" },
  { "巴布亞紐幾內亞", "PG" },
  { "United Arab Emirates", "AE" },
  { "Dominican Republic", "DO" },
  { "Russian Federation", "RU" },
  { "乌兹别克斯坦", "UZ" },
  { "沙烏地阿拉伯", "SA" },
  { "Republic of Korea", "KR" },
  { "Northern Ireland", "GB" },
  { "Papua New Guinea", "PG" },
  { "克羅埃西亞", "HR" },
  { "印度尼西亚", "ID" },
  { "哥斯大黎加", "CR" },
  { "哥斯达黎加", "CR" },
  { "埃塞俄比亚", "ET" },
  { "布吉納法索", "BF" },
  { "布基纳法索", "BF" },
  { "斯洛文尼亚", "SI" },
  { "斯洛維尼亞", "SI" },
  { "沙特阿拉伯", "SA" },
  { "阿尔及利亚", "DZ" },
  { "阿爾及利亞", "DZ" },
  { "Czech Republic", "CZ" },
  { "Côte d'Ivoire", "CI" },
  { "United Kingdom", "GB" },
  { "Guinea-Bissau", "GW" },
  { "United States", "US" },
  { "Burkina Faso", "BF" },
  { "Saudi Arabia", "SA" },
  { "South Africa", "ZA" },
  { "保加利亚", "BG" },
  { "保加利亞", "BG" },
  { "克罗地亚", "HR" },
  { "北愛爾蘭", "GB" },
  { "北爱尔兰", "GB" },
  { "博茨瓦纳", "BW" },
  { "危地马拉", "GT" },
  { "厄瓜多尔", "EC" },
  { "哥伦比亚", "CO" },
  { "哥倫比亞", "CO" },
  { "坦尚尼亞", "TZ" },
  { "坦桑尼亚", "TZ" },
  { "塞內加爾", "SN" },
  { "塞内加尔", "SN" },
  { "塞尔维亚", "RS" },
  { "塞浦路斯", "CY" },
  { "塞爾維亞", "RS" },
  { "多明尼加", "DO" },
  { "多米尼加", "DO" },
  { "奈及利亞", "NG" },
  { "委內瑞拉", "VE" },
  { "委内瑞拉", "VE" },
  { "孟加拉国", "BD" },
  { "宏都拉斯", "HN" },
  { "尼加拉瓜", "NI" },
  { "尼日利亚", "NG" },
  { "巴基斯坦", "PK" },
  { "愛沙尼亞", "EE" },
  { "拉脫維亞", "LV" },
  { "拉脱维亚", "LV" },
  { "斯洛伐克", "SK" },
  { "斯里兰卡", "LK" },
  { "斯里蘭卡", "LK" },
  { "波多黎各", "PR" },
  { "津巴布韦", "ZW" },
  { "洪都拉斯", "HN" },
  { "澳大利亚", "AU" },
  { "烏茲別克", "UZ" },
  { "爱沙尼亚", "EE" },
  { "瓜地馬拉", "GT" },
  { "科特迪瓦", "CI" },
  { "突尼西亞", "TN" },
  { "罗马尼亚", "RO" },
  { "羅馬尼亞", "RO" },
  { "莫三比克", "MZ" },
  { "莫桑比克", "MZ" },
  { "衣索比亞", "ET" },
  { "象牙海岸", "CI" },
  { "賽普勒斯", "CY" },
  { "馬來西亞", "MY" },
  { "马来西亚", "MY" },
  { "Ivory Coast", "CI" },
  { "Netherlands", "NL" },
  { "New Zealand", "NZ" },
  { "Philippines", "PH" },
  { "Puerto Rico", "PR" },
  { "South Korea", "KR" },
  { "Switzerland", "CH" },
  { "Bangladesh", "BD" },
  { "Costa Rica", "CR" },
  { "Luxembourg", "LU" },
  { "Mozambique", "MZ" },
  { "The Gambia", "GM" },
  { "Uzbekistan", "UZ" },
  { "Argentina", "AR" },
  { "Australia", "AU" },
  { "Guatemala", "GT" },
  { "Hong Kong", "HK" },
  { "Indonesia", "ID" },
  { "Lithuania", "LT" },
  { "Nicaragua", "NI" },
  { "Singapore", "SG" },
  { "Sri Lanka", "LK" },
  { "Venezuela", "VE" },
  { "乌克兰", "UA" },
  { "乌干达", "UG" },
  { "乌拉圭", "UY" },
  { "以色列", "IL" },
  { "伊拉克", "IQ" },
  { "俄罗斯", "RU" },
  { "俄羅斯", "RU" },
  { "冈比亚", "GM" },
  { "加拿大", "CA" },
  { "匈牙利", "HU" },
  { "卡塔尔", "QA" },
  { "卢旺达", "RW" },
  { "卢森堡", "LU" },
  { "厄瓜多", "EC" },
  { "叙利亚", "SY" },
  { "喀麥隆", "CM" },
  { "喀麦隆", "CM" },
  { "土耳其", "TR" },
  { "墨西哥", "MX" },
  { "奥地利", "AT" },
  { "奧地利", "AT" },
  { "威尔士", "GB" },
  { "威爾斯", "GB" },
  { "孟加拉", "BD" },
  { "尚比亞", "ZM" },
  { "尼日尔", "NE" },
  { "尼泊尔", "NP" },
  { "尼泊爾", "NP" },
  { "巴拉圭", "PY" },
  { "巴拿馬", "PA" },
  { "巴拿马", "PA" },
  { "意大利", "IT" },
  { "愛爾蘭", "IE" },
  { "摩洛哥", "MA" },
  { "敘利亞", "SY" },
  { "新加坡", "SG" },
  { "新西兰", "NZ" },
  { "柬埔寨", "KH" },
  { "比利时", "BE" },
  { "比利時", "BE" },
  { "波札那", "BW" },
  { "烏克蘭", "UA" },
  { "烏干達", "UG" },
  { "烏拉圭", "UY" },
  { "爱尔兰", "IE" },
  { "牙买加", "JM" },
  { "牙買加", "JM" },
  { "甘比亞", "GM" },
  { "盧安達", "RW" },
  { "盧森堡", "LU" },
  { "科威特", "KW" },
  { "突尼斯", "TN" },
  { "立陶宛", "LT" },
  { "紐西蘭", "NZ" },
  { "義大利", "IT" },
  { "肯尼亚", "KE" },
  { "苏格兰", "GB" },
  { "英格兰", "GB" },
  { "英格蘭", "GB" },
  { "菲律宾", "PH" },
  { "菲律賓", "PH" },
  { "葡萄牙", "PT" },
  { "蒙古国", "MN" },
  { "蒙古國", "MN" },
  { "蘇格蘭", "GB" },
  { "西班牙", "ES" },
  { "赞比亚", "ZM" },
  { "辛巴威", "ZW" },
  { "阿根廷", "AR" },
  { "阿联酋", "AE" },
  { "馬拉威", "MW" },
  { "馬爾他", "MT" },
  { "马拉维", "MW" },
  { "马耳他", "MT" },
  { "黎巴嫩", "LB" },
  { "Botswana", "BW" },
  { "Bulgaria", "BG" },
  { "Cambodia", "KH" },
  { "Cameroon", "CM" },
  { "Colombia", "CO" },
  { "Ethiopia", "ET" },
  { "Honduras", "HN" },
  { "Malaysia", "MY" },
  { "Mongolia", "MN" },
  { "Pakistan", "PK" },
  { "Paraguay", "PY" },
  { "Portugal", "PT" },
  { "Scotland", "GB" },
  { "Slovakia", "SK" },
  { "Slovenia", "SI" },
  { "Tanzania", "TZ" },
  { "Thailand", "TH" },
  { "Türkiye", "TR" },
  { "Viet Nam", "VN" },
  { "Zimbabwe", "ZW" },
  { "Algeria", "DZ" },
  { "Austria", "AT" },
  { "Belgium", "BE" },
  { "Croatia", "HR" },
  { "Czechia", "CZ" },
  { "Denmark", "DK" },
  { "Ecuador", "EC" },
  { "England", "GB" },
  { "Estonia", "EE" },
  { "Finland", "FI" },
  { "Germany", "DE" },
  { "Hungary", "HU" },
  { "Iceland", "IS" },
  { "Ireland", "IE" },
  { "Jamaica", "JM" },
  { "Lebanon", "LB" },
  { "Morocco", "MA" },
  { "Myanmar", "MM" },
  { "Nigeria", "NG" },
  { "Romania", "RO" },
  { "Senegal", "SN" },
  { "Tunisia", "TN" },
  { "Ukraine", "UA" },
  { "Uruguay", "UY" },
  { "Vietnam", "VN" },
  { "Brazil", "BR" },
  { "Canada", "CA" },
  { "Cyprus", "CY" },
  { "France", "FR" },
  { "Gambia", "GM" },
  { "Greece", "GR" },
  { "Israel", "IL" },
  { "Jordan", "JO" },
  { "Kuwait", "KW" },
  { "Latvia", "LV" },
  { "Malawi", "MW" },
  { "Mexico", "MX" },
  { "Norway", "NO" },
  { "Panama", "PA" },
  { "Poland", "PL" },
  { "Russia", "RU" },
  { "Rwanda", "RW" },
  { "Serbia", "RS" },
  { "Sweden", "SE" },
  { "Taiwan", "TW" },
  { "Turkey", "TR" },
  { "U.S.A.", "US" },
  { "Uganda", "UG" },
  { "Zambia", "ZM" },
  { "中国", "CN" },
  { "中國", "CN" },
  { "丹麥", "DK" },
  { "丹麦", "DK" },
  { "也门", "YE" },
  { "伊朗", "IR" },
  { "冰岛", "IS" },
  { "冰島", "IS" },
  { "加纳", "GH" },
  { "南非", "ZA" },
  { "南韓", "KR" },
  { "卡達", "QA" },
  { "印尼", "ID" },
  { "印度", "IN" },
  { "古巴", "CU" },
  { "台湾", "TW" },
  { "台灣", "TW" },
  { "埃及", "EG" },
  { "寮國", "LA" },
  { "尼日", "NE" },
  { "巴西", "BR" },
  { "希腊", "GR" },
  { "希臘", "GR" },
  { "德国", "DE" },
  { "德國", "DE" },
  { "挪威", "NO" },
  { "捷克", "CZ" },
  { "日本", "JP" },
  { "智利", "CL" },
  { "法国", "FR" },
  { "法國", "FR" },
  { "波兰", "PL" },
  { "波蘭", "PL" },
  { "泰国", "TH" },
  { "泰國", "TH" },
  { "海地", "HT" },
  { "澳洲", "AU" },
  { "澳門", "MO" },
  { "澳门", "MO" },
  { "瑞典", "SE" },
  { "瑞士", "CH" },
  { "秘魯", "PE" },
  { "秘鲁", "PE" },
  { "約旦", "JO" },
  { "緬甸", "MM" },
  { "约旦", "JO" },
  { "缅甸", "MM" },
  { "美国", "US" },
  { "美國", "US" },
  { "老挝", "LA" },
  { "肯亞", "KE" },
  { "臺灣", "TW" },
  { "芬兰", "FI" },
  { "芬蘭", "FI" },
  { "苏丹", "SD" },
  { "英国", "GB" },
  { "英國", "GB" },
  { "荷兰", "NL" },
  { "荷蘭", "NL" },
  { "葉門", "YE" },
  { "蘇丹", "SD" },
  { "越南", "VN" },
  { "迦納", "GH" },
  { "阿曼", "OM" },
  { "韓國", "KR" },
  { "韩国", "KR" },
  { "香港", "HK" },
  { "馬利", "ML" },
  { "马里", "ML" },
  { "Chile", "CL" },
  { "China", "CN" },
  { "Egypt", "EG" },
  { "Ghana", "GH" },
  { "Haiti", "HT" },
  { "India", "IN" },
  { "Italy", "IT" },
  { "Japan", "JP" },
  { "Kenya", "KE" },
  { "Korea", "KR" },
  { "Macau", "MO" },
  { "Malta", "MT" },
  { "Nepal", "NP" },
  { "Niger", "NE" },
  { "Qatar", "QA" },
  { "Spain", "ES" },
  { "Sudan", "SD" },
  { "Syria", "SY" },
  { "Wales", "GB" },
  { "Yemen", "YE" },
  { "Cuba", "CU" },
  { "Iran", "IR" },
  { "Iraq", "IQ" },
  { "Laos", "LA" },
  { "Mali", "ML" },
  { "Oman", "OM" },
  { "Peru", "PE" },
  { "USA", "US" },
  { "UK", "GB" },
};

/* Back over "rural Kenya", "Kaohsiung, Taiwan", "Uganda, Kenya and Zambia" to a word that places. */
static bool placed(th_str s, size_t from, size_t at) {
  static const char *const prepositions[] = { "in", "from", "across", "throughout", "within", "at", NULL };
  size_t words = 0, end = at;
  while (end > from && words < 9) {
    while (end > from && (th_is_space(s.p[end - 1]) || s.p[end - 1] == ',')) end--;
    size_t start = end;
    while (start > from && (th_is_alpha(s.p[start - 1]) || s.p[start - 1] == '-' || (unsigned char)s.p[start - 1] >= 0x80))
      start--;
    if (start == end) return false; /* a figure, a bracket, a stop */
    size_t i = start;
    if (th_study__one_of(s, &i, prepositions) >= 0) return true;
    static const char *const between[] = { "and",      "or",       "the",     "of",      "rural",     "urban",
                                           "northern", "southern", "eastern", "western", "central",   "mainland",
                                           "north",    "south",    "east",    "west",    "provinces", "province",
                                           "regions",  "region",   "parts",   "cities",  "hospitals", "hospital",
                                           "centers",  "centres",  "clinics", "sites",   NULL };
    i = start;
    const bool name = s.p[start] >= 'A' && s.p[start] <= 'Z';
    if (!name && th_study__one_of(s, &i, between) < 0) return false;
    end = start;
    words++;
  }
  return false;
}

static bool placed_zh(th_str s, size_t at, size_t end) {
  static const char *const before[] = { "在", "於", "于", "自", "位於", "位于" };
  static const char *const behind[] = { "境內",   "境内",   "地區", "地区", "各地", "多家", "多中心",
                                        "的醫院", "的医院", "某",   "全國", "全国", NULL };
  for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
    const size_t n = strlen(before[i]);
    if (at >= n && memcmp(s.p + at - n, before[i], n) == 0) return true;
  }
  return th_study__one_of(s, &end, behind) >= 0;
}

/* New Mexico, New South Wales, North Korea: other places. */
static bool another_place(th_str s, size_t at) {
  static const char *const before[] = { "New ", "New South ", "North " };
  for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
    const size_t n = strlen(before[i]);
    if (at >= n && memcmp(s.p + at - n, before[i], n) == 0) return true;
  }
  return false;
}

static bool told(const th_finder *w, const char *iso, bool zh) {
  for (size_t i = 0; i < w->out->findings.n; i++) {
    const th_study_finding *f = &w->out->findings.v[i];
    if (f->kind == TH_STUDY_COUNTRY && f->zh == zh && strcmp(f->what, iso) == 0) return true;
  }
  return false;
}

/* 台灣、日本及南韓: the one before was placed, so is this one. */
static bool goes_on(th_str s, size_t last, size_t at) {
  static const char *const joins[] = { ",", "及", "和", "與", "与", "以及", NULL };
  if (last == 0 || at < last || at - last > 8) return false;
  th_study__spaces(s, &last);
  th_study__one_of(s, &last, joins);
  th_study__spaces(s, &last);
  return last == at;
}

/* *last: where the last country placed in Chinese ended. */
static size_t place_at(th_finder *w, size_t i, size_t *last) {
  const th_str s = w->f->s;
  for (size_t c = 0; c < sizeof countries / sizeof *countries; c++) {
    const char *name = countries[c].name;
    size_t k = i;
    if (!th_study__exact(s, &k, name)) continue;
    const bool latin = th_is_alpha(name[0]);
    if (latin && (th_is_alpha(th_at(s, k)) || th_at(s, k) == '-' || (unsigned char)th_at(s, k) >= 0x80)) continue;
    size_t from, to;
    const uint32_t sentence = th_study__sentence_of(w->f, i);
    th_study__sentence_range(w->f, sentence, &from, &to);
    if (latin ? another_place(s, i) || !placed(s, from, i) : !placed_zh(s, i, k) && !goes_on(s, *last, i)) return k;
    if (!latin) *last = k;
    if (told(w, countries[c].iso, th_study__is_zh(w->f, sentence)) || th_study__is_taken(w, i, k)) return k;
    th_study_finding *f = th_study__add(w, TH_STUDY_COUNTRY, i, k, "place.country");
    if (f) {
      f->what = countries[c].iso;
      f->text = th_str_sub(s, i, k);
    }
    return k;
  }
  return i;
}

void th_study__find_places(th_finder *w) {
  const th_str s = w->f->s;
  size_t last = 0;
  for (size_t i = 0; i < s.n && !w->failed;) {
    const unsigned char c = (unsigned char)s.p[i];
    const bool start = c >= 0xE4 || (c >= 'A' && c <= 'Z' && th_word_starts(s, i));
    const size_t k = start ? place_at(w, i, &last) : i;
    i = k > i ? k : i + 1;
  }
}
