import { drawPoint } from 'chart.js/helpers';
import type { Theme } from '../shared/theme.ts';
import { drawChart, type DrawnChart, type Picture } from './chart.ts';

const rowHeight = 18;
const titleHeight = 28;

/** Pixels of the image for one of the page, at least: it is to be sharp in a paper, too. */
const sharp = 2;

/** The chart as it is drawn, on the page's background, with its title and which line is which. PNG bytes. Throws where the browser cannot make an image. */
export async function pngOf(title: string, picture: Picture, { chart, area }: DrawnChart, theme: Theme): Promise<Uint8Array> {
  const scale = Math.max(sharp, chart.canvas.width / chart.width);
  const plot = document.createElement('canvas');
  [plot.width, plot.height] = [chart.width, chart.height];
  const drawn = drawChart(plot, picture, theme, scale);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(chart.width * scale);
  canvas.height = Math.round((chart.height + titleHeight + picture.lines.length * rowHeight + 8) * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gave no canvas to draw the image on.');
  context.fillStyle = theme.card;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot, 0, titleHeight * scale);
  drawn.chart.destroy();
  context.scale(scale, scale);
  const { left } = area();
  context.font = `600 13px ${theme.font}`;
  context.fillStyle = theme.text;
  context.fillText(title, left, 18);
  context.font = `11.5px ${theme.font}`;
  context.lineWidth = 2;
  picture.lines.forEach((line, i) => {
    const y = titleHeight + chart.height + 12 + i * rowHeight;
    context.strokeStyle = theme.series[line.style.colour];
    context.setLineDash([...line.style.dash]);
    context.beginPath();
    context.moveTo(left, y - 4);
    context.lineTo(left + 28, y - 4);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = context.strokeStyle;
    drawPoint(context, { pointStyle: line.style.marker, radius: 3, rotation: 0, borderWidth: 1.5 }, left + 14, y - 4);
    context.fillStyle = theme.text;
    context.fillText(line.label, left + 36, y);
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make the image.');
  return new Uint8Array(await blob.arrayBuffer());
}
