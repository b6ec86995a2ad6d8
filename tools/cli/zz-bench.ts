import { decodingOf, ConnectionTrace } from "/work/main/tools/cli/src/tap-trace.ts";
import { lineWriter } from "/work/main/tools/cli/src/tap-print.ts";
import { parseStack } from "/work/main/tools/cli/src/stack-expression.ts";
const N=Number(process.argv[2]??100000), answered=process.argv[3]!=="no", sameId=process.argv[4]==="same";
const line=lineWriter({json:process.argv.includes("json"),maxBody:200,absolute:false,colours:false});
let out=0;
const t=new ConnectionTrace(decodingOf(parseStack("newline,json-rpc"),"auto"),e=>{ out+=line(e).length; });
for (let r=0;r<3;r++){
let req="",res="";const a=performance.now(); let ms=0;
for (let i=0;i<N;i++){ const id=sameId?1:i; req+=`{"jsonrpc":"2.0","id":${id},"method":"subtract","params":[42,23]}\n`; res+=`{"jsonrpc":"2.0","id":${id},"result":19}\n`;
 if (req.length>16384||i===N-1){ const q=Buffer.from(req), s=Buffer.from(res); req=res=""; const b=performance.now(); t.received("client",q,b); if(answered) t.received("server",s,b); ms+=performance.now()-b; } }
console.log(((ms*1000)/N/(answered?2:1)).toFixed(2),"us per message");
}
