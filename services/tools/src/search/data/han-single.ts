/** Single Han characters that mean much besides: they count less in a query, and nothing in what a tool says. */
export const HAN_SINGLE = `
给 send|发 send post|建 create|加 add|删 delete|改 update|查 query search get|看 view get|找 find search|写 write create|读 read|开 open turn on|关 close turn off|停 stop|跑 run|装 install|传 upload send|拿 get|换 change replace|转 convert transfer forward|画 draw generate|算 calculate|译 translate|订 book|买 buy purchase|卖 sell|付 pay|退 refund return|催 remind|拉 pull get|推 push|合 merge|群 group channel chat|图 image chart|度 degree temperature|飞 flight|去 go directions|从 from|谁 user who|约 schedule|签 sign|剪 cut trim|爬 crawl scrape|搜 search|窗 window|药 medicine
`;
