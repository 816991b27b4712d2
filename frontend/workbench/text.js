// Keeps a letter's wording, or another text, while it is written.
import './workbench.css';
import { Desk, run } from './desk';

run(async (root) => {
  const box = root.querySelector('textarea');
  const desk = new Desk(root, { read: async () => box.value });
  desk.revision = Number(root.dataset.revision);
  box.addEventListener('input', () => desk.touch());
  for (const form of root.querySelectorAll('form')) {
    form.addEventListener('submit', () => {
      desk.isDirty = false;
      clearTimeout(desk.pending);
      form.querySelector('[name=revision]').value = String(desk.revision);
    });
  }
  await desk.judge();
});
