"""Chinese surnames as they stand in Latin letters: one surname has many spellings, by who wrote it down.

Pure. Papers of the mainland have Pinyin, those of Taiwan Wade-Giles, others write what is said in Hong Kong, Malaysia,
Singapore and Vietnam (Cantonese, Hokkien, Teochew, Hakka, Vietnamese). Facts after "List of common Chinese surnames" of
the English Wikipedia, without accents and apostrophes, read on November 22, 2026.
"""

# A line for each surname, its Pinyin first. Files are found by the number of the line: new ones go to the end.
SPELLINGS = """
wang wong ong heng vuong
li lee lei lie ly le yi
zhang chang cheung cheong teo teoh tiong truong
liu lau liew low lieu luu
chen chan chin tan tran ting chern
yang yeung yeong young yeo duong
huang hwang wong ng ooi oei wee hoang huynh vong
zhao chao chiu jiu chew teo trieu
wu woo ng goh eng ngo
wu mo moo vu vo
zhou chou chow chau chew chiu chu
xu hsu hui koh khoo chee hua tu
sun suen soon sng ton
ma mah beh
zhu chu choo choy gee
hu woo wu oh aw ho
guo kuo kwok kok kwek quek quach
he ho hoh hor ha
lin lam lim lum
gao kao ko koh go
luo lo law loh lor la
zheng cheng tay teh chung trinh
liang leung leong neo luong
xie hsieh tse che chia cheah ta
song sung soong tong
tang tong thong dang duong
han hon hang
feng fung foong pang phung
deng teng tang dang
cao tsao cho chow tso tao
peng pang phang banh
zeng tseng tsang chan chang tang
xiao hsiao siu siew sio seow tieu
tian tien tin chan dien
dong tung tang dung
pan poon pun phua phan
yuan yuen wan vien
cai tsai choi choy chua chai thai
jiang chiang keung keong kang khuong
jiang chiang cheung chiong tuong
yu yue yee u du
du tu to toh do
ye yeh yip ip yap diep
cheng ching chia thia trinh
wei ngai wai nguy
su so soh soo sou to
lu lui lei loo lyu lue leu la
lu loh look luk lo luc
ding ting teng dinh
shen sham sum shum sim tham
ren jen yam yum nham
yao yiu yeo dieu
zhong chung chong cheong
cui tsui chui choi thoi
tan tam tham ham dam
fan van hwan pham
fang fong png phuong
jin chin kam kim
shi shih shek sek thach
qiu chiu yau khoo khu
xiong hsiung hung
meng mang beng manh
qin chin chun tan
bai pai pak peh bach
jia chia ka
xia hsia ha
fu foo poh pho
yin yan wan doan
yan yim yen ngan giam nghiem
lei lui loi
long lung
mao mau mo
qian chien chin tien
gu ku koo goo
gong kung keng
shao siu siew thieu
wan man
tao to dao
hong hung ang
kong hung khong
wen man boon van
ou au ow
ouyang auyeung
ruan yuen nguyen
situ szeto
zhuang chuang chong ching chng trang
mo mok moh mac
"""


def _by_spelling() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for number, line in enumerate(SPELLINGS.split("\n")):
        for spelling in line.split():
            found.setdefault(spelling, set()).add(str(number))
    return {spelling: frozenset(numbers) for spelling, numbers in found.items()}


_SURNAMES = _by_spelling()


def surnames(letters: str) -> frozenset[str]:
    """Which surnames a word can be, as names of the lines of the table; empty for none."""
    return _SURNAMES.get(letters, frozenset())
