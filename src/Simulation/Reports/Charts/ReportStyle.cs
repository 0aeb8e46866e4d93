// Owns the look of a report page.
namespace Tern.Simulation.Reports.Charts;

/// <summary>The style sheet of a page with charts and tables: light and dark by the reader's preference, plain on paper.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1a1a1a;--soft:#5c5c5c;--rule:#1a1a1a;--hair:#e3e3e3;
        --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b8568f;--c4:#b57a00;--c5:#3d9bd6;--c6:#555;--c7:#7a4fb5}
        @media(prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e6e6e6;--soft:#a3a8ae;--rule:#c8c8c8;--hair:#2d3136;
        --c0:#58aee8;--c1:#ff8b4d;--c2:#34c79a;--c3:#e796c2;--c4:#eeb93f;--c5:#a4d8f7;--c6:#b4b4b4;--c7:#b99aeb}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:2.5rem 1.5rem;max-width:76rem;background:var(--paper);color:var(--ink);
        font:16px/1.5 Charter,"Bitstream Charter","Sitka Text",Cambria,"Liberation Serif",Georgia,serif}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}
        h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:0 0 1rem;font-size:.92rem}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        code{font:.86em/1.5 ui-monospace,"Cascadia Mono",Menlo,"DejaVu Sans Mono","Liberation Mono",monospace}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;border-top:1.5px solid var(--rule);border-bottom:1.5px solid var(--rule);
        font-size:.88rem;font-variant-numeric:tabular-nums lining-nums;margin:.3rem 0}
        th,td{padding:.16rem .7rem;text-align:right;white-space:nowrap;font-weight:normal}
        th:first-child,td:first-child{text-align:left;padding-left:.2rem}
        td.part:first-child{padding-left:1.4rem;color:var(--soft)}
        th:last-child,td:last-child{padding-right:.2rem}
        thead tr:last-child th{border-bottom:.75px solid var(--rule)}
        th.group{text-align:center;color:var(--soft);font-style:italic}
        .notes{margin:.2rem 0 1.2rem;padding:0;list-style:none;font-size:.84rem;color:var(--soft)}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.8rem 2.2rem;margin-top:1.2rem}
        figure{margin:0;break-inside:avoid;min-width:0}
        figcaption{font-size:.92rem;line-height:1.4;margin:.3rem .4rem 0}
        svg{display:block;width:100%;height:auto;font:12px "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
        text{fill:var(--ink)}
        .tick{font-size:11px;fill:var(--soft)}.mid{text-anchor:middle}.end{text-anchor:end}
        .note{font-size:11px;fill:var(--soft);paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
        .grid{stroke:var(--hair);stroke-width:1}.axis{fill:none;stroke:var(--soft);stroke-width:1}
        .reference{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
        .line{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round}
        .marker{fill:var(--c);stroke:var(--paper);stroke-width:.8}
        .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
        .c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}.c7{--c:var(--c7)}
        .d1 .line{stroke-dasharray:7 3}.d2 .line{stroke-dasharray:2.5 2.5}.d3 .line{stroke-dasharray:9 3 2 3}
        .d4 .line{stroke-dasharray:14 4}.d5 .line{stroke-dasharray:9 3 2 3 2 3}.d6 .line{stroke-dasharray:4 4}.d7 .line{stroke-dasharray:1.5 4}
        details{margin:.3rem .4rem 0;font-size:.84rem}summary{color:var(--soft);cursor:pointer}
        details .scroll{max-height:22rem;overflow:auto}details table{font-size:.8rem}
        @media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--rule:#000;--hair:#ddd;
        --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b8568f;--c4:#b57a00;--c5:#3d9bd6;--c6:#555;--c7:#7a4fb5}
        body{padding:0;max-width:none;font-size:10pt}.figures{grid-template-columns:1fr 1fr}
        details:not([open]){display:none}details .scroll{max-height:none;overflow:visible}}
        """;
}
